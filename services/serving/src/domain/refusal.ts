export interface RefusedField {
  readonly field: string;
  readonly message: string;
}

interface RefusalOptions {
  readonly errors?: readonly RefusedField[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Why a request gets no prediction, in the terms of HTTP and with a stable code for programs. */
export class Refusal extends Error {
  readonly errors: readonly RefusedField[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refusal';
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** 400 that names each wrong field. */
export function wrongInput(errors: readonly RefusedField[]): Refusal {
  const [first] = errors;
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const text = first === undefined ? 'the request is not valid' : `${first.field === '' ? 'body' : first.field}: ${first.message}${rest}`;
  return new Refusal(400, 'DBR-INVALID-INPUT', text, { errors });
}
