export interface HttpAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else text. */
  readonly body: T;
}

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A small client for tests: never throws on a status, always parses. */
export interface HttpClient {
  get<T = unknown>(path: string, options?: HttpOptions): Promise<HttpAnswer<T>>;
  post<T = unknown>(path: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<T>>;
  put<T = unknown>(path: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<T>>;
  patch<T = unknown>(path: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<T>>;
  delete<T = unknown>(path: string, options?: HttpOptions): Promise<HttpAnswer<T>>;
  /** Sends the body as it is. */
  raw<T = unknown>(method: string, path: string, body: string | Buffer | undefined, options?: HttpOptions): Promise<HttpAnswer<T>>;
}

/** Requests to `url`, with the API key when one is given. */
export function http(url: string, key?: string): HttpClient {
  async function raw<T>(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    options: HttpOptions = {},
  ): Promise<HttpAnswer<T>> {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }
  function send<T>(method: string, path: string, body: unknown, options: HttpOptions = {}): Promise<HttpAnswer<T>> {
    if (body === undefined) return raw<T>(method, path, undefined, options);
    return raw<T>(method, path, JSON.stringify(body), { headers: { 'content-type': 'application/json', ...options.headers } });
  }
  return {
    get: <T>(path: string, options?: HttpOptions) => raw<T>('GET', path, undefined, options),
    post: <T>(path: string, body?: unknown, options?: HttpOptions) => send<T>('POST', path, body, options),
    put: <T>(path: string, body?: unknown, options?: HttpOptions) => send<T>('PUT', path, body, options),
    patch: <T>(path: string, body?: unknown, options?: HttpOptions) => send<T>('PATCH', path, body, options),
    delete: <T>(path: string, options?: HttpOptions) => raw<T>('DELETE', path, undefined, options),
    raw,
  };
}
