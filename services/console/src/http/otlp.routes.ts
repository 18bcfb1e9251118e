import { invalid } from '@drawbridge/service';
import type { FastifyInstance } from 'fastify';
import { spansOf } from '../domain/otlp.js';
import type { TraceBuffer } from '../domain/trace-buffer.js';

const LIMIT_BYTES = 8 * 1024 * 1024;

/** Takes traces over OTLP/HTTP with JSON, from services only. */
export function otlpRoutes(instance: FastifyInstance, buffer: TraceBuffer): void {
  instance.post('/otlp/v1/traces', { config: { permission: 'traces.write' }, bodyLimit: LIMIT_BYTES }, (request) => {
    try {
      buffer.add(spansOf(request.body));
    } catch (error) {
      if (error instanceof TypeError) throw invalid([{ field: 'resourceSpans', message: error.message }]);
      throw error;
    }
    return { partialSuccess: {} };
  });
}
