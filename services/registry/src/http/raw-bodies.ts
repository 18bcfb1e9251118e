import type { FastifyInstance } from 'fastify';

/**
 * Bodies that differ from the rest of the API: artifacts arrive as a stream that nobody buffers, baselines may be large.
 * Must run before the routes are registered.
 */
export function acceptLargeBodies(instance: FastifyInstance, baselineLimitBytes: number): void {
  instance.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  instance.addHook('onRoute', (route) => {
    if (route.url === '/api/v1/baselines') route.bodyLimit = baselineLimitBytes;
  });
}
