import type { Actor, DeadLetterView } from '@drawbridge/contracts';
import type { KafkaMessage } from '@drawbridge/kafka';
import type { Transaction } from '@drawbridge/postgres';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

export type DeadLetterStatus = DeadLetterView['status'];

export interface DeadLetterFilter {
  readonly status?: DeadLetterStatus | undefined;
  readonly group?: string | undefined;
  readonly topic?: string | undefined;
  /** How it begins. */
  readonly reason?: string | undefined;
  readonly before?: readonly [firstSeen: string, id: string] | undefined;
}

export interface DeadLetterRow {
  readonly id: string;
  readonly consumer_group: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly reason: string;
  readonly error: string | null;
  readonly event_id: string | null;
  readonly status: DeadLetterStatus;
  readonly first_seen: Date;
  readonly key: Buffer | null;
  readonly payload: Buffer | null;
  readonly headers: Record<string, string>;
  readonly bytes: number;
  readonly sha256: string;
}

const columns = `id, consumer_group, topic, partition, record_offset, reason, error, event_id, status, first_seen, key, payload,
  headers, bytes, sha256`;

/** How much of a payload a list or page shows. */
const shownBytes = 16_384;

/** `readable` false: what the message held, and what an error may repeat of it, stays out. */
export function deadLetterView(row: DeadLetterRow, readable: boolean): DeadLetterView {
  const view = wholeView(row);
  if (readable) return view;
  const { key: _key, ...rest } = view;
  // Of an error's text only its class.
  const reason = row.error === null ? row.reason : (row.reason.split(':')[0] ?? '');
  return { ...rest, reason, error: '', payload: '', withheld: true };
}

function wholeView(row: DeadLetterRow): DeadLetterView {
  return {
    id: row.id,
    group: row.consumer_group,
    topic: row.topic,
    partition: row.partition,
    offset: row.record_offset,
    reason: row.reason,
    error: row.error ?? '',
    ...(row.event_id === null ? {} : { eventId: row.event_id }),
    status: row.status,
    firstSeen: row.first_seen.toISOString(),
    ...(row.key === null ? {} : { key: row.key.toString('utf8') }),
    payload: (row.payload ?? Buffer.alloc(0)).subarray(0, shownBytes).toString('utf8'),
    bytes: row.bytes,
    sha256: row.sha256,
  };
}

/** The message as it was read from Kafka; undefined when its payload was too large to keep whole. */
export function messageOf(row: DeadLetterRow): KafkaMessage | undefined {
  if ((row.payload?.length ?? 0) !== row.bytes) return undefined;
  return {
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    timestamp: row.first_seen.getTime(),
    key: row.key,
    value: row.payload,
    headers: row.headers,
  };
}

/** The dead letters of this service's groups. */
export class DeadLetterStore {
  constructor(private readonly source: DataSource) {}

  async list(filter: DeadLetterFilter, rows: number): Promise<DeadLetterRow[]> {
    return await this.source.query(
      `select ${columns} from dead_letters
        where ($1::text is null or status = $1) and ($2::text is null or consumer_group = $2) and ($3::text is null or topic = $3)
          and ($4::timestamptz is null or (first_seen, id) < ($4, $5::uuid)) and ($7::text is null or starts_with(reason, $7))
        order by first_seen desc, id desc limit $6`,
      [
        filter.status ?? null,
        filter.group ?? null,
        filter.topic ?? null,
        filter.before?.[0] ?? null,
        filter.before?.[1] ?? null,
        rows,
        filter.reason ?? null,
      ],
    );
  }

  async find(id: string): Promise<DeadLetterRow | undefined> {
    const [row]: DeadLetterRow[] = await this.source.query(`select ${columns} from dead_letters where id = $1`, [id]);
    return row;
  }

  async locked(tx: Transaction, id: string): Promise<DeadLetterRow | undefined> {
    const [row]: DeadLetterRow[] = await tx.query(`select ${columns} from dead_letters where id = $1 for update`, [id]);
    return row;
  }

  async close(tx: Transaction, id: string, status: Exclude<DeadLetterStatus, 'open'>, by: Actor, reason?: string): Promise<void> {
    await tx.query(`update dead_letters set status = $2, closed_at = now(), closed_by = $3, closed_reason = $4 where id = $1`, [
      id,
      status,
      by.id,
      reason ?? null,
    ]);
  }

  /** Puts the message's own bytes into the outbox. */
  async sendAgain(tx: Transaction, row: DeadLetterRow, topic: string): Promise<void> {
    await tx.query(
      `insert into outbox (id, aggregatetype, aggregateid, type, key, payload, state, headers)
       values ($1, 'dead-letters', $2, $3, $4, $5, true, $6)`,
      [uuidv7(), row.id, topic, row.key, row.payload, JSON.stringify(row.headers)],
    );
  }
}
