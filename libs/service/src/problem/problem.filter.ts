import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { currentTraceId, type Logger } from '@drawbridge/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { problemOf } from './translate.js';

/** Answers with problem+json and logs what an operator must see, once. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const route = `${request.method} ${request.url?.split('?')[0] ?? ''}`;
  const problem = problemOf(error, route);
  const document = problem.document({ requestId: request.id, traceId: currentTraceId() });
  const facts = { route, code: problem.code, status: problem.status, requestId: request.id };
  if (problem.status >= 500 && problem.status !== 503) log.error('request failed', { ...facts, error });
  else if (problem.status === 503) log.warn('request refused for now', { ...facts, error });
  // Usually the caller's mistake; should it be ours, the log says where.
  else if (problem.code === 'DBR-VALUE-REFUSED') log.warn('the database refused a value', { ...facts, error });
  else log.debug('request refused', { ...facts, detail: problem.message });
  // A stream may already be under way: then nothing can be said any more.
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  void reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-type': 'application/problem+json; charset=utf-8' })
    .send(JSON.stringify(document));
}

/**
 * The last station of every failed HTTP request. A handler's error goes on to the event transport as it is; Nest's own
 * filter would replace it by "Internal server error".
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() === 'rpc') return throwError(() => error);
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.log);
    return undefined;
  }
}
