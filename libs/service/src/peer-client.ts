import type { ServiceName } from '@drawbridge/contracts';
import type { Logger } from '@drawbridge/telemetry';
import type { ServiceConfig } from './config.js';

/** Another service does not answer or asks to wait: the same call may succeed later. */
export class PeerUnavailable extends Error {
  readonly code = 'DBR-PEER-UNAVAILABLE';

  constructor(
    readonly peer: ServiceName,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${peer} is not available: ${detail}`, options);
    this.name = 'PeerUnavailable';
  }
}

/** Another service refused; asking again does not help. */
export class PeerRefused extends Error {
  constructor(
    readonly peer: ServiceName,
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${peer} answered ${status} ${code}: ${detail}`);
    this.name = 'PeerRefused';
  }
}

const waitStatuses = [408, 429, 502, 503, 504];

/** Calls other services with this service's own key. The trace goes along by the HTTP instrumentation. */
export class PeerClient {
  constructor(
    private readonly config: Pick<ServiceConfig, 'peers' | 'serviceKey'>,
    private readonly log: Logger,
    private readonly timeoutMs = 10_000,
  ) {}

  async getJson<T>(service: ServiceName, path: string): Promise<T> {
    const response = await this.call(service, 'GET', path, 'application/json');
    return (await response.json()) as T;
  }

  async getBytes(service: ServiceName, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    const response = await this.call(service, 'GET', path, 'application/octet-stream, */*', { headers });
    return Buffer.from(await response.arrayBuffer());
  }

  async postJson<T>(service: ServiceName, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await this.call(service, 'POST', path, 'application/json', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return (await response.json()) as T;
  }

  private async call(
    service: ServiceName,
    method: string,
    path: string,
    accept: string,
    extra: { body?: string; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const { serviceKey } = this.config;
    let response: Response;
    try {
      response = await fetch(`${this.config.peers[service]}${path}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(this.timeoutMs),
        ...(extra.body === undefined ? {} : { body: extra.body }),
        headers: {
          accept,
          ...(serviceKey === undefined ? {} : { authorization: `Bearer ${serviceKey}` }),
          ...extra.headers,
        },
      });
    } catch (error) {
      this.log.debug('a peer did not answer', { peer: service, path, error });
      throw new PeerUnavailable(service, error instanceof Error ? error.message : String(error), { cause: error });
    }
    if (response.ok) return response;
    const { code, detail } = await problemIn(response);
    if (waitStatuses.includes(response.status)) throw new PeerUnavailable(service, `${response.status} ${detail}`);
    throw new PeerRefused(service, response.status, code, detail);
  }
}

async function problemIn(response: Response): Promise<{ code: string; detail: string }> {
  const document: unknown = await response.json().catch(() => undefined);
  const fields = (typeof document === 'object' && document !== null ? document : {}) as Record<string, unknown>;
  const text = (name: string, fallback: string): string => (typeof fields[name] === 'string' ? fields[name] : fallback);
  // Open Inference says `error` where problem documents say `detail`.
  return { code: text('code', `DBR-HTTP-${response.status}`), detail: text('detail', text('error', response.statusText)) };
}
