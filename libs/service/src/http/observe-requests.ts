import type { ServiceName } from '@drawbridge/contracts';
import { metrics, nameActiveSpan } from '@drawbridge/telemetry';
import type { FastifyInstance } from 'fastify';

const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Safe headers and the request id on every answer, and its duration by route. Routes may overwrite the headers. */
export function observeRequests(instance: FastifyInstance, service: ServiceName): void {
  const duration = metrics.histogram(`drawbridge_${service}_http_request_duration_seconds`, 'Time to answer by route.', {
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...securityHeaders, 'x-request-id': request.id });
    if (!request.is404)
      nameActiveSpan(`${request.method} ${request.routeOptions.url ?? ''}`, { 'http.route': request.routeOptions.url ?? '' });
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    // The pattern, never the path: a label per model name would grow without bound.
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
