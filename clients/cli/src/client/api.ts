import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Freshness, Page } from '@drawbridge/contracts';
import { CliError, codeOf, fromAnswer, reasonOf, unreachable } from '../errors.js';
import { exit } from '../exit.js';
import { freshnessOf } from '../freshness.js';
import { pauseBefore } from './retry.js';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Call {
  readonly query?: Query;
  /** Sent as JSON; a Blob is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** May it be sent again when nobody knows whether it arrived? Default: yes. */
  readonly repeatable?: boolean;
  readonly timeoutMs?: number;
}

export interface ApiOptions {
  readonly base: string;
  readonly key?: string;
  readonly project?: string;
  /** One trace for all requests of the run. */
  readonly traceId: string;
  readonly signal: AbortSignal;
  readonly verbose?: (line: string) => void;
}

const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_LIMIT = 200;

/** Speaks to one address: JSON both ways, problems as errors with exit codes, patience where the server asks for it. */
export class Api {
  constructor(private readonly options: ApiOptions) {}

  get base(): string {
    return this.options.base;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.json<T>('GET', path, { query });
  }

  post<T>(path: string, body?: unknown, call: Call = {}): Promise<T> {
    return this.json<T>('POST', path, { ...call, ...(body === undefined ? {} : { body }) });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>('PATCH', path, { body });
  }

  async delete(path: string): Promise<void> {
    await this.send('DELETE', path, {});
  }

  /** Items of a list up to `limit`, page by page; `more` says that there are others, `fresh` how far the first page reached. */
  async items<T>(path: string, query: Query, limit: number): Promise<{ items: T[]; more: boolean; fresh: Partial<Freshness> }> {
    const items: T[] = [];
    let fresh: Partial<Freshness> | undefined;
    let pageToken: string | undefined;
    do {
      const page = await this.get<Page<T> & Partial<Freshness>>(path, {
        ...query,
        limit: Math.min(PAGE_LIMIT, limit - items.length),
        pageToken,
      });
      fresh ??= freshnessOf(page);
      items.push(...page.items);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined && items.length < limit);
    return { items: items.slice(0, limit), more: pageToken !== undefined, fresh: fresh ?? {} };
  }

  async json<T>(method: string, path: string, call: Call): Promise<T> {
    const response = await this.send(method, path, call);
    const text = await this.reading(() => response.text());
    if (text === '') return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw this.foreign(path);
    }
  }

  /** An answer that is a success, its body unread. Everything else is thrown. */
  async send(method: string, path: string, call: Call): Promise<Response> {
    const { options } = this;
    const url = `${options.base}${path}${queryText(call.query ?? {})}`;
    const headers = this.headers(method, call);
    const body = bodyOf(call.body);
    for (let attempt = 1; ; attempt += 1) {
      options.signal.throwIfAborted();
      const begun = performance.now();
      const outcome = await this.once(url, { method, headers, ...(body === undefined ? {} : { body }) }, call.timeoutMs);
      const ms = Math.round(performance.now() - begun);
      if (outcome instanceof Response) {
        options.verbose?.(`${method} ${url} → ${outcome.status} in ${ms} ms`);
        if (outcome.ok) return outcome;
        const pause = this.pauseFor(outcome, attempt, call);
        if (pause === undefined) throw await this.refusal(outcome, method, path);
        await outcome.body?.cancel();
        await this.rest(pause);
        continue;
      }
      options.verbose?.(`${method} ${url} → ${reasonOf(outcome)} after ${ms} ms`);
      const pause = mayRepeat(outcome, call) ? pauseBefore(attempt + 1, null, new Date()) : undefined;
      if (pause === undefined) throw unreachable(options.base, outcome);
      await this.rest(pause);
    }
  }

  private async once(url: string, init: RequestInit, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Response | Error> {
    const { signal } = this.options;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      // A redirect could carry the key to another address.
      return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.any([signal, late]) });
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) return new Error(`no answer within ${timeoutMs / 1000} s`);
      return error instanceof Error ? error : new Error(reasonOf(error), { cause: error });
    }
  }

  private headers(method: string, call: Call): Record<string, string> {
    const { key, project, traceId } = this.options;
    const json = call.body !== undefined && !(call.body instanceof Blob);
    return {
      accept: 'application/json, application/problem+json',
      'user-agent': 'drawbridge-cli',
      traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(project === undefined ? {} : { 'x-drawbridge-project': project }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...call.headers,
    };
  }

  private pauseFor(response: Response, attempt: number, call: Call): number | undefined {
    const refused = response.status === 429 || (response.status === 503 && call.repeatable !== false);
    return refused ? pauseBefore(attempt, response.headers.get('retry-after'), new Date()) : undefined;
  }

  private async rest(ms: number): Promise<void> {
    this.options.verbose?.(`again in ${ms} ms`);
    await sleep(ms, undefined, { signal: this.options.signal });
  }

  private async refusal(response: Response, method: string, path: string): Promise<CliError> {
    const text = await this.reading(() => response.text());
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = undefined;
    }
    return fromAnswer(response.status, body, `${method} ${this.options.base}${path}`);
  }

  private async reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.options.signal.throwIfAborted();
      throw unreachable(this.options.base, error);
    }
  }

  private foreign(path: string): CliError {
    return new CliError(exit.failed, {
      code: 'DBR-NOT-DRAWBRIDGE',
      message: `${this.options.base}${path} answers, but not as Drawbridge does`,
      why: 'the answer is not JSON: another program or a proxy stands there',
      fix: 'check the address: drawbridge context list',
    });
  }
}

/** A refused connection is told at once; a broken one is worth another try when repeating does no harm. */
function mayRepeat(error: Error, call: Call): boolean {
  return call.repeatable !== false && ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(codeOf(error) ?? '');
}

function bodyOf(body: unknown): string | Blob | undefined {
  if (body === undefined) return undefined;
  return body instanceof Blob ? body : JSON.stringify(body);
}

export function queryText(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [value]) search.append(name, String(each));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** One part of a path, whatever is in the name. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}
