import type { Transaction } from '@drawbridge/postgres';
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
  /** The work is committed, and its answer went down with its process. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'done'; readonly answer: StoredAnswer };

interface Row {
  request_hash: string;
  status: number | null;
  response: { body: unknown; headers: Record<string, string> } | null;
  done: boolean;
  abandoned: boolean;
}

/**
 * Answers of POST requests by idempotency key, for 24 hours.
 *
 * A claim has an owner. One without an answer whose work has not committed is taken over after a while, and then the first
 * owner's work can no longer commit: `settle`, the last statement of its transaction, finds that the claim is not its own.
 * So the work commits at most once, whoever is slow. A settled claim is never taken over.
 */
export class IdempotencyStore {
  constructor(
    private readonly source: DataSource,
    /** A claim that has not settled is given up after this long: its process must have died, or it will not commit. */
    private readonly abandonedAfterMs = 60_000,
  ) {}

  /** One caller gets `claimed` and must end with `complete` or `release`. */
  async claim({ principal, route, key }: IdempotencyKey, owner: string, requestHash: string): Promise<Claim> {
    const after = this.abandonedAfterMs / 1000;
    const claimed: unknown[] = await this.source.query(
      `insert into idempotency_keys (principal, route, key, owner, request_hash, created_at)
       values ($1, $2, $3, $4, $5, now())
       on conflict (principal, route, key) do update
          set owner = excluded.owner, request_hash = excluded.request_hash, created_at = now(), status = null, response = null, done = false
        where idempotency_keys.created_at < now() - interval '24 hours'
           or (idempotency_keys.status is null
               and not idempotency_keys.done
               and idempotency_keys.request_hash = excluded.request_hash
               and idempotency_keys.created_at < now() - make_interval(secs => $6))
       returning key`,
      [principal, route, key, owner, requestHash, after],
    );
    if (claimed.length > 0) return { kind: 'claimed' };
    const [row]: Row[] = await this.source.query(
      `select request_hash, status, response, done, created_at < now() - make_interval(secs => $4) as abandoned
         from idempotency_keys where principal = $1 and route = $2 and key = $3`,
      [principal, route, key, after],
    );
    // Released between the two statements: the caller asks again.
    if (row === undefined) return { kind: 'running' };
    if (row.request_hash !== requestHash) return { kind: 'mismatch' };
    if (row.status !== null && row.response !== null) return { kind: 'done', answer: { status: row.status, ...row.response } };
    return { kind: row.done && row.abandoned ? 'lost' : 'running' };
  }

  /** Part of the work's own transaction: it is done, with this answer if it is known by now. False when another owner took over. */
  async settle(tx: Transaction, { principal, route, key }: IdempotencyKey, owner: string, answer?: StoredAnswer): Promise<boolean> {
    const [, settled] = (await tx.query(
      `update idempotency_keys set done = true, status = $5, response = $6
        where principal = $1 and route = $2 and key = $3 and owner = $4`,
      [principal, route, key, owner, answer?.status ?? null, answer === undefined ? null : responseOf(answer)],
    )) as [unknown, number];
    return settled === 1;
  }

  async complete({ principal, route, key }: IdempotencyKey, owner: string, answer: StoredAnswer): Promise<void> {
    await this.source.query(
      `update idempotency_keys set done = true, status = $5, response = $6
        where principal = $1 and route = $2 and key = $3 and owner = $4`,
      [principal, route, key, owner, answer.status, responseOf(answer)],
    );
  }

  /** Forgets a claim whose request was refused, or failed before it was done, so that it may be repeated. */
  async release({ principal, route, key }: IdempotencyKey, owner: string, refused: boolean): Promise<void> {
    await this.source.query(
      `delete from idempotency_keys where principal = $1 and route = $2 and key = $3 and owner = $4 and ($5 or not done)`,
      [principal, route, key, owner, refused],
    );
  }

  async removeExpired(): Promise<void> {
    await this.source.query(`delete from idempotency_keys where created_at < now() - interval '24 hours'`);
  }
}

function responseOf({ body, headers }: StoredAnswer): string {
  return JSON.stringify({ body: body ?? null, headers });
}
