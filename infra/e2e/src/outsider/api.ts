import type { Problem } from '@drawbridge/contracts';

/** An answer that was not the one asked for. */
export class ApiError extends Error {
  constructor(
    readonly request: string,
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    const fields = (problem.errors ?? []).map(({ field, message }) => `${field}: ${message}`).join('; ');
    super(
      `${request} answered ${String(status)} ${problem.code ?? ''}: ${problem.detail ?? JSON.stringify(problem).slice(0, 500)} ${fields}`.trim(),
    );
    this.name = 'ApiError';
  }
}

/** The REST interface as any HTTP client sees it, in the name of one key and in one project. */
export class Api {
  constructor(
    private readonly base: string,
    private readonly key: string,
    private readonly project = 'default',
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.send<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  upload<T>(path: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<T> {
    return this.send<T>('POST', path, bytes, { 'content-type': 'application/octet-stream', ...headers });
  }

  /** The error that a request is expected to meet. */
  async refused(method: 'GET' | 'POST', path: string, body?: unknown): Promise<ApiError> {
    try {
      await (method === 'GET' ? this.get(path) : this.post(path, body));
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
    throw new Error(`${method} ${path} was accepted although it should have been refused`);
  }

  private async send<T>(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'x-drawbridge-project': this.project, ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? {} : JSON.parse(text);
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, answer as Partial<Problem>);
    return answer as T;
  }
}

/** Asks again until the answer satisfies, or fails with the last answer. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const why = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`${what} did not happen within ${String(timeoutMs / 1000)} s${why}`);
}
