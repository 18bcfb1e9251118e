import type { Problem } from '@drawbridge/contracts';
import { ownCodes } from './codes.js';
import { exit, type ExitCode } from './exit.js';
import { plain } from './output/plain.js';

/** What the CLI prints on stderr when it fails; as JSON with `-o json`. */
export interface ErrorObject {
  readonly code: string;
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
  readonly docs: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly retryable: boolean;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

export type ErrorFields = Omit<ErrorObject, 'docs' | 'retryable'> & { readonly docs?: string; readonly retryable?: boolean };

/** A failure with its exit code and everything the user needs to go on. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly object: ErrorObject;

  constructor(
    readonly exitCode: ExitCode,
    fields: ErrorFields,
    options?: ErrorOptions,
  ) {
    super(fields.message, options);
    this.object = { ...fields, docs: fields.docs ?? docsOf(fields.code), retryable: fields.retryable ?? false };
  }
}

/** Where to read on: a path in the repository. */
function docsOf(code: string): string {
  const page = Object.hasOwn(ownCodes, code) ? 'clients/cli/CODES.md' : 'docs/codes.md';
  // Codes of a bare HTTP status share one entry.
  return `${page}#${code.toLowerCase().replace(/^(dbr-http)-\d+$/, '$1')}`;
}

/** The command line, or what it names, is wrong. */
export function usage(message: string, fix = 'drawbridge --help'): CliError {
  return new CliError(exit.usage, { code: 'DBR-USAGE', message, fix });
}

/** Codes that mean "the gate said no", whatever their status. */
const refusals = new Set(['DBR-DEPLOYMENT-GATE', 'DBR-POLICY-INVALID']);

/** The exit code for an answer that is not a success. */
export function exitCodeOf(status: number, code = ''): ExitCode {
  if (refusals.has(code)) return exit.refused;
  if (status === 401) return exit.notLoggedIn;
  if (status === 403) return exit.forbidden;
  if (status === 404 || status === 410) return exit.notFound;
  if (status === 409 || status === 412) return exit.conflict;
  if (status === 400 || status === 413 || status === 415 || status === 422) return exit.usage;
  if (status === 429 || status === 502 || status === 503 || status === 504) return exit.unreachable;
  return exit.failed;
}

/** The body of a refusal: a problem document, or the error of the Open Inference Protocol. */
type Refusal = Partial<Problem> & { readonly error?: string };

/** A refusal of the server, in the CLI's words. */
export function fromAnswer(status: number, body: unknown, where: string): CliError {
  const refusal: Refusal = typeof body === 'object' && body !== null ? body : {};
  const code = refusal.code ?? `DBR-HTTP-${status}`;
  const fix = status === 401 ? 'drawbridge login' : refusal.fix;
  return new CliError(exitCodeOf(status, code), {
    code,
    message: refusal.detail ?? refusal.error ?? `${where} answered ${status}`,
    ...(refusal.why === undefined ? {} : { why: refusal.why }),
    ...(fix === undefined ? {} : { fix }),
    ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
    ...(refusal.traceId === undefined ? {} : { traceId: refusal.traceId }),
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
    retryable: refusal.retryable ?? [429, 502, 503, 504].includes(status),
  });
}

/** Nobody answers at the address. */
export function unreachable(base: string, cause: unknown, fix = 'drawbridge doctor'): CliError {
  return new CliError(
    exit.unreachable,
    { code: 'DBR-UNREACHABLE', message: `${base.replace(/\/api\/v1$/, '')} does not answer`, why: reasonOf(cause), fix, retryable: true },
    { cause },
  );
}

/** The sentence of a failure; undici hides that of a connection in the cause. */
export function reasonOf(error: unknown): string {
  const cause = fieldOf(error, 'cause');
  if (fieldOf(cause, 'message') !== undefined) return reasonOf(cause);
  const given = fieldOf(error, 'message');
  const message = typeof given === 'string' ? given : String(error);
  return message === '' ? (codeOf(error) ?? 'unknown error') : message;
}

/** The code of a system error such as ENOENT, also of one that was wrapped. */
export function codeOf(error: unknown): string | undefined {
  const code = fieldOf(error, 'code');
  if (typeof code === 'string') return code;
  const cause = fieldOf(error, 'cause');
  return cause === undefined ? undefined : codeOf(cause);
}

/** Errors of other realms (a test runner's) are not `instanceof Error`. */
function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null && name in error ? (error as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Anything that was thrown, as a failure with a code. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  return new CliError(
    exit.failed,
    {
      code: 'DBR-CLI-BUG',
      message: reasonOf(error),
      why: 'this should not happen inside the CLI',
      fix: 'repeat it with -v and report what it prints',
    },
    { cause: error },
  );
}

/** What, why, fix: the text for people. */
export function errorText(error: ErrorObject): string {
  const line = (label: string, text: string | undefined): string[] => (text === undefined ? [] : [`  ${label.padEnd(7)}  ${plain(text)}`]);
  const lines = [
    `${error.code}  ${plain(error.message)}`,
    ...(error.errors ?? []).flatMap(({ field, message }) => line('field', `${field}: ${message}`)),
    ...line('why', error.why),
    ...line('fix', error.fix),
    ...line('request', error.requestId),
    ...line('trace', error.traceId),
  ];
  return `${lines.join('\n')}\n`;
}
