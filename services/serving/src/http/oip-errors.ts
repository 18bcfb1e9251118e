import { ProblemError } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, type RefusedField } from '../domain/refusal.js';

/** Error body of the Open Inference Protocol, with a stable code and the field beside the text. */
export interface OipError {
  readonly error: string;
  readonly code: string;
  readonly field?: string;
  readonly errors?: readonly RefusedField[];
}

/** Any error of a route below /v2 as a refusal; what nobody foresaw is 500 without details. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ProblemError) {
    return new Refusal(error.status, error.code, error.message, {
      ...(error.problem.errors && { errors: error.problem.errors }),
      cause: error,
    });
  }
  const { statusCode, message } = (error ?? {}) as { statusCode?: unknown; message?: unknown };
  if (statusCode === 413) return new Refusal(413, 'DBR-BODY-TOO-LARGE', 'the body is larger than this route accepts; send fewer rows');
  if (statusCode === 415) return new Refusal(415, 'DBR-CONTENT-TYPE', 'the body must be JSON with the content type application/json');
  if (statusCode === 400) {
    return new Refusal(400, 'DBR-MALFORMED-JSON', `the body is not JSON: ${String(message).slice(0, 200)}`, {
      errors: [{ field: '(body)', message: 'must be well-formed JSON' }],
    });
  }
  return new Refusal(500, 'DBR-INTERNAL', 'something failed inside the server', { cause: error });
}

export function sendRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  if (refusal.status >= 500 && refusal.status !== 503) {
    log.error('inference failed', { code: refusal.code, requestId: request.id, error: refusal.cause ?? refusal });
  }
  const [first] = refusal.errors;
  const body: OipError = {
    error: refusal.message,
    code: refusal.code,
    ...(first !== undefined && { field: first.field, errors: refusal.errors }),
  };
  if (refusal.cause instanceof ProblemError) void reply.headers(refusal.cause.headers);
  if (refusal.retryAfterSeconds !== undefined) void reply.header('retry-after', String(refusal.retryAfterSeconds));
  void reply.code(refusal.status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}
