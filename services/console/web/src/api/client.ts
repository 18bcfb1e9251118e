import type { Problem } from '@drawbridge/contracts';

/** A refusal of a service, with what, why and fix as it said them. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Absent for what belongs to the installation. */
  readonly project?: string;
}

/** Asks a service through this site. Every write carries an idempotency key, so that a repeated click does nothing twice. */
export async function call<T>(path: string, { method = 'GET', body, signal, project }: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method === 'POST') headers['idempotency-key'] = randomId();
  if (project !== undefined) headers['x-drawbridge-project'] = project;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(unreachable(path));
  }
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new ApiProblem(answer as Problem);
  return answer as T;
}

function unreachable(path: string): Problem {
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'DBR-CONSOLE-UNREACHABLE',
    detail: 'The console does not answer.',
    why: `${path} could not be reached from this browser`,
    fix: 'drawbridge status',
    requestId: '',
    retryable: true,
  };
}

/** 128 random bits; `crypto.randomUUID` is missing on addresses without TLS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Path of a resource with its query; absent values are left out. */
export function apiPath(resource: string, query: Query = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api/v1/${resource}${text === '' ? '' : `?${text}`}`;
}

/** One segment of a path. */
export const segment = encodeURIComponent;
