import { trace } from '@opentelemetry/api';
import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { redactText, secretFields } from './redact.js';

/** What a log line says beside its message. Errors go under `error`. */
export type Fields = Readonly<Record<string, unknown>>;

/** One JSON line per call, always with the trace and span that are active. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: Fields): Logger;
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof levels)[number];

function levelFrom(text: string | undefined): Level {
  return levels.find((level) => level === text) ?? 'info';
}

function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { message: redactText(String(error)) };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}

/** Secrets can hide anywhere in a line, so the finished text is what gets cleaned. */
class RedactingStream {
  constructor(private readonly out: { write(line: string): unknown }) {}

  write(line: string): void {
    this.out.write(redactText(line));
  }
}

function wrap(pinoLogger: PinoLogger): Logger {
  const emit = (level: Exclude<Level, 'silent'>, message: string, fields?: Fields): void => {
    if (fields === undefined) pinoLogger[level](message);
    else pinoLogger[level](fields, message);
  };
  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    error: (message, fields) => emit('error', message, fields),
    child: (fields) => wrap(pinoLogger.child(fields)),
  };
}

/** The logger of one process. `DRAWBRIDGE_LOG_LEVEL` is debug, info, warn, error or silent; the default is info. */
export function createLogger(service: string, out: { write(line: string): unknown } = process.stdout): Logger {
  return wrap(
    pino(
      {
        level: levelFrom(process.env['DRAWBRIDGE_LOG_LEVEL']),
        base: { service },
        messageKey: 'message',
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: errorFields },
        redact: { paths: secretFields, censor: '[redacted]' },
        mixin: () => {
          const span = trace.getActiveSpan()?.spanContext();
          return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
        },
      },
      new RedactingStream(out),
    ),
  );
}
