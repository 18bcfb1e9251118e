export type { Span } from '@opentelemetry/api';
export type { Counter, Gauge, Histogram } from 'prom-client';
export { createLogger, type Fields, type Logger } from './log.js';
export { metrics } from './metrics.js';
export { nestLogger, type NestLog } from './nest-log.js';
export {
  currentTrace,
  currentTraceId,
  inSpan,
  linkActiveSpan,
  nameActiveSpan,
  type SpanOptions,
  type TraceContext,
  withTrace,
} from './propagate.js';
export { redactText } from './redact.js';
export { shutdownTelemetry } from './sdk.js';
