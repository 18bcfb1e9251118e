/** An answer that was not the one asked for. */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    request: string,
    readonly status: number,
    body: string,
  ) {
    super(`${request} answered ${status}: ${body.slice(0, 400)}`);
  }
}

/** A REST client in the name of one key. */
export class Rest {
  constructor(
    private readonly base: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('POST', path, JSON.stringify(body), 'application/json');
  }

  upload<T>(path: string, body: Buffer): Promise<T> {
    return this.send<T>('POST', path, new Uint8Array(body), 'application/octet-stream');
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`${this.base}${path}`, { headers: this.headers, signal: AbortSignal.timeout(5000) });
    const text = await response.text();
    if (!response.ok) throw new RestError(`GET ${path}`, response.status, text);
    return text;
  }

  private async send<T>(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, type?: string): Promise<T> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: { ...this.headers, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new RestError(`${method} ${path}`, response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
