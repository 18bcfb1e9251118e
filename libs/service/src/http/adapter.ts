import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '../config.js';
import { problemOf } from '../problem/translate.js';
import { requestIdOf } from './request-id.js';

/** Fastify with our limits. What its router refuses before any route or hook runs is a problem document, too. */
export function fastifyAdapter(config: Pick<ServiceConfig, 'bodyLimitBytes'>): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.bodyLimitBytes,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 300 },
    // A body that trickles in for longer is given up; slow headers are cut off by Node's own limit.
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error, `${request.method} this address`);
      const document = problem.document({ requestId: request.id });
      void reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(document));
    },
  });
}
