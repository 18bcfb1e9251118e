import type { DataSource } from 'typeorm';

export interface IdempotencyKey {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly answer: StoredAnswer };

interface Row {
  request_sha256: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: Buffer | null;
}

/** Answers of POST requests by idempotency key, for 24 hours. */
export class IdempotencyStore {
  constructor(
    private readonly source: DataSource,
    /** A claim without an answer is given up after this long: its process must have died. */
    private readonly abandonedAfterMs = 60_000,
  ) {}

  /** One caller gets `claimed` and must end with `complete` or `release`. */
  async claim({ principal, route, key }: IdempotencyKey, requestHash: string): Promise<Claim> {
    const claimed: unknown[] = await this.source.query(
      `insert into idempotency_keys (principal, route, key, request_sha256, created_at)
       values ($1, $2, $3, $4, now())
       on conflict (principal, route, key) do update
          set request_sha256 = excluded.request_sha256, created_at = now(), status = null, headers = null, body = null
        where idempotency_keys.created_at < now() - interval '24 hours'
           or (idempotency_keys.status is null
               and idempotency_keys.request_sha256 = excluded.request_sha256
               and idempotency_keys.created_at < now() - make_interval(secs => $5))
       returning key`,
      [principal, route, key, requestHash, this.abandonedAfterMs / 1000],
    );
    if (claimed.length > 0) return { kind: 'claimed' };
    const [row]: Row[] = await this.source.query(
      `select request_sha256, status, headers, body from idempotency_keys where principal = $1 and route = $2 and key = $3`,
      [principal, route, key],
    );
    // Released between the two statements: the caller asks again.
    if (row === undefined) return { kind: 'running' };
    if (row.request_sha256 !== requestHash) return { kind: 'mismatch' };
    if (row.status === null) return { kind: 'running' };
    const body = row.body === null ? undefined : (JSON.parse(row.body.toString('utf8')) as unknown);
    return { kind: 'done', answer: { status: row.status, headers: row.headers ?? {}, body } };
  }

  async complete({ principal, route, key }: IdempotencyKey, answer: StoredAnswer): Promise<void> {
    const body = answer.body === undefined ? null : Buffer.from(JSON.stringify(answer.body), 'utf8');
    await this.source.query(
      `update idempotency_keys set status = $4, headers = $5, body = $6 where principal = $1 and route = $2 and key = $3`,
      [principal, route, key, answer.status, JSON.stringify(answer.headers), body],
    );
  }

  /** Forgets a claim whose request failed, so that it may be repeated. */
  async release({ principal, route, key }: IdempotencyKey): Promise<void> {
    await this.source.query(`delete from idempotency_keys where principal = $1 and route = $2 and key = $3 and status is null`, [
      principal,
      route,
      key,
    ]);
  }

  async removeExpired(): Promise<void> {
    await this.source.query(`delete from idempotency_keys where created_at < now() - interval '24 hours'`);
  }
}
