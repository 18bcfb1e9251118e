import type { Logger } from './log.js';

/** The shape of Nest's LoggerService, spelled out here because this lib does not know Nest. */
export interface NestLog {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
  debug(message: unknown, ...rest: unknown[]): void;
  verbose(message: unknown, ...rest: unknown[]): void;
  fatal(message: unknown, ...rest: unknown[]): void;
}

function text(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : JSON.stringify(message);
}

// Nest passes the context last, and for errors the stack before it.
function fieldsOf(message: unknown, rest: unknown[]): Record<string, unknown> {
  const context = rest.at(-1);
  const stack = rest.length > 1 ? rest[0] : undefined;
  return {
    ...(typeof context === 'string' ? { context } : {}),
    ...(typeof stack === 'string' && stack.includes('\n') ? { stack } : {}),
    ...(message instanceof Error ? { error: message } : {}),
  };
}

/** Lets Nest log through ours. Its start-up chatter is shown at debug only. */
export function nestLogger(log: Logger): NestLog {
  return {
    log: (message, ...rest) => log.debug(text(message), fieldsOf(message, rest)),
    verbose: (message, ...rest) => log.debug(text(message), fieldsOf(message, rest)),
    debug: (message, ...rest) => log.debug(text(message), fieldsOf(message, rest)),
    warn: (message, ...rest) => log.warn(text(message), fieldsOf(message, rest)),
    error: (message, ...rest) => log.error(text(message), fieldsOf(message, rest)),
    fatal: (message, ...rest) => log.error(text(message), fieldsOf(message, rest)),
  };
}
