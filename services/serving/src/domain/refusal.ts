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

/** 404 that says in which project was looked. */
export function notServed(project: string, model: string): Refusal {
  const text = `no endpoint of the project "${clip(project)}" serves a model "${clip(model)}"; the header x-drawbridge-project names another`;
  return new Refusal(404, 'DBR-MODEL-NOT-SERVED', text);
}

/** A caller's own words, short enough for an answer. */
export function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
