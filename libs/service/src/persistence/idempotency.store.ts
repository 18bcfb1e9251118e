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
  request_hash: string;
  status: number | null;
  response: { body: unknown; headers: Record<string, string> } | null;
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
      `insert into idempotency_keys (principal, route, key, request_hash, created_at)
       values ($1, $2, $3, $4, now())
       on conflict (principal, route, key) do update
          set request_hash = excluded.request_hash, created_at = now(), status = null, response = null
        where idempotency_keys.created_at < now() - interval '24 hours'
           or (idempotency_keys.status is null
               and idempotency_keys.request_hash = excluded.request_hash
               and idempotency_keys.created_at < now() - make_interval(secs => $5))
       returning key`,
      [principal, route, key, requestHash, this.abandonedAfterMs / 1000],
    );
    if (claimed.length > 0) return { kind: 'claimed' };
    const [row]: Row[] = await this.source.query(
      `select request_hash, status, response from idempotency_keys where principal = $1 and route = $2 and key = $3`,
      [principal, route, key],
    );
    // Released between the two statements: the caller asks again.
    if (row === undefined) return { kind: 'running' };
    if (row.request_hash !== requestHash) return { kind: 'mismatch' };
    if (row.status === null || row.response === null) return { kind: 'running' };
    return { kind: 'done', answer: { status: row.status, ...row.response } };
  }

  async complete({ principal, route, key }: IdempotencyKey, answer: StoredAnswer): Promise<void> {
    await this.source.query(`update idempotency_keys set status = $4, response = $5 where principal = $1 and route = $2 and key = $3`, [
      principal,
      route,
      key,
      answer.status,
      JSON.stringify({ body: answer.body ?? null, headers: answer.headers }),
    ]);
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
