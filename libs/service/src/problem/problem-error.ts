import type { Problem } from '@drawbridge/contracts';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ProblemFields {
  readonly status: number;
  /** `DBR-…`, stable, for programs. */
  readonly code: string;
  readonly title?: string;
  /** What happened, for people. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly why?: string;
  /** What the caller can do. */
  readonly fix?: string;
  /** Whether the same request may succeed later. */
  readonly retryable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Timed out',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Too large',
  414: 'Address too long',
  415: 'Wrong content type',
  421: 'Wrong host',
  422: 'Cannot be processed',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Not available now',
  504: 'Timed out',
};

export function titleOf(status: number): string {
  return titles[status] ?? (status < 500 ? 'Refused' : 'Failed');
}

/** An answer that is not a success, as the client sees it (RFC 9457). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(readonly problem: ProblemFields) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.headers = problem.headers ?? {};
  }

  /** The document that goes over the wire. */
  document(context: { requestId: string; traceId?: string | undefined }): Problem {
    const { status, code, title, detail, errors, why, fix, retryable } = this.problem;
    return {
      type: `urn:drawbridge:problem:${code.toLowerCase()}`,
      title: title ?? titleOf(status),
      status,
      detail,
      code,
      ...(errors === undefined || errors.length === 0 ? {} : { errors: errors.map(({ field, message }) => ({ field, message })) }),
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
      requestId: context.requestId,
      ...(context.traceId === undefined ? {} : { traceId: context.traceId }),
      retryable: retryable ?? [429, 502, 503, 504].includes(status),
    };
  }
}

/** 404: `what` is the kind of thing in words, `name` what was asked for. */
export function notFound(what: string, name: string): ProblemError {
  return new ProblemError({
    status: 404,
    code: `DBR-${what.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '-')}-NOT-FOUND`,
    detail: `There is no ${what} "${name}".`,
    fix: `List what exists, or check the spelling of "${name}".`,
  });
}

/** 409 */
export function conflict(code: string, detail: string, fix?: string): ProblemError {
  return new ProblemError({ status: 409, code, detail, ...(fix === undefined ? {} : { fix }) });
}

/** 400 with every field that is wrong. */
export function invalid(errors: readonly FieldError[], detail?: string): ProblemError {
  const fields = errors.map((error) => error.field).join(', ');
  return new ProblemError({
    status: 400,
    code: 'DBR-INVALID',
    title: 'Invalid request',
    detail: detail ?? (errors.length === 1 ? `${fields} is not valid.` : `These fields are not valid: ${fields}.`),
    errors,
    fix: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
  });
}

/** 403 */
export function forbidden(code: string, detail: string, fix?: string): ProblemError {
  return new ProblemError({ status: 403, code, detail, ...(fix === undefined ? {} : { fix }) });
}

/** 503 with the seconds after which to try again. */
export function unavailable(code: string, detail: string, retryAfterSeconds = 2): ProblemError {
  return new ProblemError({
    status: 503,
    code,
    detail,
    fix: `Try again in ${retryAfterSeconds} s; nothing was changed.`,
    retryable: true,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}
