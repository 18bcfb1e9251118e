import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { IngestMessage } from '../domain/ingest/event-check.js';
import type { ExchangeKey, Half, HalfFacts, PayloadHalf } from '../domain/ingest/payload-half.js';

/** What became of a half: it was there before, it waits, or the other one was waiting. */
export type Stored = { readonly kind: 'repeated' } | { readonly kind: 'waiting' } | { readonly kind: 'whole'; readonly other: HalfFacts };

export interface JoinedPayload {
  readonly position: string;
  readonly messages: readonly IngestMessage[];
}

/** Halves until they are joined, and predictions until Kafka has them. */
@Injectable()
export class PayloadStore {
  /** Two halves of one exchange come after each other here, so that exactly one of them finds the other. */
  async put(tx: Transaction, { key, half, facts }: PayloadHalf): Promise<Stored> {
    const { project, scope, id } = key;
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify([project, scope, id])]);
    const added: unknown[] = await tx.query(
      `insert into payload_halves (project, scope, id, half, facts) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning half`,
      [project, scope, id, half, JSON.stringify(facts)],
    );
    if (added.length === 0) return { kind: 'repeated' };
    const others: { facts: string }[] = await tx.query(
      'select facts from payload_halves where project = $1 and scope = $2 and id = $3 and half <> $4 and facts is not null',
      [project, scope, id, half],
    );
    const [other] = others;
    return other === undefined ? { kind: 'waiting' } : { kind: 'whole', other: JSON.parse(other.facts) as HalfFacts };
  }

  async join(tx: Transaction, { project, scope, id }: ExchangeKey, messages: readonly IngestMessage[]): Promise<void> {
    await tx.query('update payload_halves set facts = null where project = $1 and scope = $2 and id = $3', [project, scope, id]);
    await tx.query('insert into joined_payloads (messages) values ($1)', [JSON.stringify(messages)]);
  }

  /** The oldest predictions that Kafka has not got; nobody else takes them while the transaction lasts. */
  async take(tx: Transaction, limit: number): Promise<JoinedPayload[]> {
    const rows: { position: string; messages: string }[] = await tx.query(
      'select position, messages from joined_payloads order by position limit $1 for update skip locked',
      [limit],
    );
    return rows.map(({ position, messages }) => ({ position, messages: JSON.parse(messages) as IngestMessage[] }));
  }

  async remove(tx: Transaction, positions: readonly string[]): Promise<void> {
    await tx.query('delete from joined_payloads where position = any($1::bigint[])', [positions]);
  }

  /** Rows that wait for another half or for Kafka, counted up to a limit. */
  async waiting(tx: Transaction, limit: number): Promise<number> {
    const rows: { n: number }[] = await tx.query(
      `select ((select count(*) from (select from payload_halves where facts is not null limit $1) h)
             + (select count(*) from (select from joined_payloads limit $1) j))::int as n`,
      [limit],
    );
    return rows[0]?.n ?? 0;
  }

  /** Forgets what is older; returns the halves among it that stayed alone. */
  async expire(tx: Transaction, before: Date, limit: number): Promise<{ readonly removed: number; readonly orphans: readonly Half[] }> {
    const result = (await tx.query(
      `with gone as (
         select ctid, half, facts is not null as alone from payload_halves where received_at < $1 order by received_at limit $2
         for update skip locked), removed as (
         delete from payload_halves where ctid in (select ctid from gone))
       select half, alone from gone`,
      [before, limit],
    )) as { half: Half; alone: boolean }[];
    return { removed: result.length, orphans: result.filter(({ alone }) => alone).map(({ half }) => half) };
  }
}
