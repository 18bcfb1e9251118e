import type { Actor, Topic } from '@drawbridge/contracts';
import type { IncomingEvent } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../domain/stored-event.js';

export interface EventFilter {
  /** One topic, or several separated by commas. */
  readonly topic?: string | undefined;
  readonly chainId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly key?: string | undefined;
  readonly project?: string | undefined;
  /** Any text in the data. */
  readonly text?: string | undefined;
  /** Topics that are left out. */
  readonly without?: readonly string[];
}

interface Row {
  position: string;
  id: string;
  topic: string;
  partition: number;
  offset: string;
  key: string | null;
  project: string;
  time: Date;
  source: string;
  sequence: string | null;
  subject: string | null;
  chain_id: string | null;
  cause_id: string | null;
  trace_id: string | null;
  actor: Actor;
  data: unknown;
}

const columns =
  'position, id, topic, partition, "offset", key, project, time, source, sequence, subject, chain_id, cause_id, trace_id, actor, data';

/** The events of the control topics, in the order in which they were read. */
@Injectable()
export class EventStore {
  async put(tx: Transaction, event: IncomingEvent<Topic>): Promise<StoredEvent | undefined> {
    const { message } = event;
    const rows: Row[] = await tx.query(
      `insert into events (id, topic, partition, "offset", key, project, time, source, sequence, subject, chain_id, cause_id, trace_id, actor, data)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (id) do nothing returning ${columns}`,
      [
        event.id,
        event.topic,
        message.partition,
        String(message.offset),
        event.key,
        event.project,
        event.time,
        event.source,
        event.sequence ?? null,
        event.subject ?? null,
        event.chainId ?? null,
        event.causeId ?? null,
        event.trace?.traceparent.split('-')[1] ?? null,
        JSON.stringify(event.actor),
        JSON.stringify(event.data),
      ],
    );
    return rows[0] === undefined ? undefined : view(rows[0]);
  }

  async get(tx: Transaction, id: string): Promise<StoredEvent | undefined> {
    const rows: Row[] = await tx.query(`select ${columns} from events where id = $1`, [id]);
    return rows[0] === undefined ? undefined : view(rows[0]);
  }

  /** Newest first, from below `before`. */
  async list(tx: Transaction, filter: EventFilter, limit: number, before?: number): Promise<StoredEvent[]> {
    const { where, values } = conditions(filter);
    if (before !== undefined) {
      values.push(before);
      where.push(`position < $${String(values.length)}`);
    }
    values.push(limit);
    const rows: Row[] = await tx.query(
      `select ${columns} from events ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by position desc limit $${String(values.length)}`,
      values,
    );
    return rows.map(view);
  }

  /** What a tail missed after a position, oldest first: the newest `limit` of it, and how many before those are left out. */
  async after(tx: Transaction, position: number, limit: number): Promise<{ missed: StoredEvent[]; skipped: number }> {
    const rows: Row[] = await tx.query(`select ${columns} from events where position > $1 order by position desc limit $2`, [
      position,
      limit,
    ]);
    if (rows.length < limit) return { missed: rows.map(view).reverse(), skipped: 0 };
    const counted: { n: string }[] = await tx.query('select count(*) as n from events where position > $1', [position]);
    return { missed: rows.map(view).reverse(), skipped: Number(counted[0]?.n ?? rows.length) - rows.length };
  }

  /** What led to an event and what followed from it, oldest first: a tree by `causeId`. */
  async relatives(tx: Transaction, id: string, limit: number): Promise<StoredEvent[]> {
    const rows: Row[] = await tx.query(
      `with recursive up as (
         select id, cause_id, 0 as steps from events where id = $1
         union select e.id, e.cause_id, up.steps + 1 from events e join up on e.id::text = up.cause_id where up.steps < 100),
       down as (
         select id, position from events where id = $1
         union select e.id, e.position from events e join down on e.cause_id = down.id::text),
       family as (select id from up union select id from (select id from down order by position limit $2) nearest)
       select ${columns} from events where id in (select id from family) order by position`,
      [id, limit],
    );
    return rows.map(view);
  }

  /** Removes up to `limit` events older than that; returns how many there were. */
  async removeBefore(tx: Transaction, time: Date, limit: number): Promise<number> {
    const rows: { n: string }[] = await tx.query(
      `with gone as (delete from events where id in (select id from events where time < $1 order by time limit $2) returning 1)
       select count(*) as n from gone`,
      [time, limit],
    );
    return Number(rows[0]?.n ?? 0);
  }

  /** How many events share a chain. */
  async chainLength(tx: Transaction, chainId: string): Promise<number> {
    const rows: { n: string }[] = await tx.query('select count(*) as n from events where chain_id = $1 or id::text = $1', [chainId]);
    return Number(rows[0]?.n ?? 0);
  }

  /** Rows of the newest closed windows of an endpoint, oldest first: the sparkline of its traffic. */
  async traffic(tx: Transaction, project: string, endpoint: string, windows: number): Promise<number[]> {
    const rows: { n: string }[] = await tx.query(
      `select sum((data->'window'->>'n')::bigint) as n from
         (select distinct on (data->>'windowId') data from events
          where topic = 'window.closed' and project = $3 and data->>'endpoint' = $1 and position > (select coalesce(max(position), 0) - 5000 from events)
          order by data->>'windowId', position desc) newest
       group by data->'window'->>'start' order by data->'window'->>'start' desc limit $2`,
      [endpoint, windows, project],
    );
    return rows.map((row) => Number(row.n)).reverse();
  }
}

function conditions(filter: EventFilter): { where: string[]; values: unknown[] } {
  const where: string[] = [];
  const values: unknown[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    values.push(value);
    where.push(`${column} = $${String(values.length)}`);
  };
  if (filter.topic !== undefined) {
    values.push(filter.topic.split(','));
    where.push(`topic = any($${String(values.length)})`);
  }
  if (filter.without !== undefined && filter.without.length > 0) {
    values.push(filter.without);
    where.push(`topic <> all($${String(values.length)})`);
  }
  equal('chain_id', filter.chainId);
  equal('trace_id', filter.traceId);
  equal('key', filter.key);
  equal('project', filter.project);
  if (filter.text !== undefined) {
    values.push(`%${filter.text.replaceAll(/[\\%_]/g, '\\$&')}%`);
    where.push(`data::text ilike $${String(values.length)}`);
  }
  return { where, values };
}

function view(row: Row): StoredEvent {
  return {
    position: Number(row.position),
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    key: row.key,
    project: row.project,
    time: row.time.toISOString(),
    source: row.source,
    ...(row.sequence === null ? {} : { sequence: Number(row.sequence) }),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.chain_id === null ? {} : { chainId: row.chain_id }),
    ...(row.cause_id === null ? {} : { causeId: row.cause_id }),
    ...(row.trace_id === null ? {} : { traceId: row.trace_id }),
    actor: row.actor,
    data: row.data,
  };
}
