import type { Actor, Topic } from '@drawbridge/contracts';
import type { IncomingEvent } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../domain/stored-event.js';
import { wordQuery } from '../domain/words.js';

export interface EventFilter {
  /** One topic, or several separated by commas. */
  readonly topic?: string | undefined;
  readonly chainId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly key?: string | undefined;
  readonly project?: string | undefined;
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

/** Events that are looked through one by one for a text before the index is asked: what is frequent is among them. */
const NEWEST = 5000;
/** A search that takes longer is given up. */
const SEARCH_MS = 5000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

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
    return this.select(tx, conditions(filter, before), 'position', limit);
  }

  /**
   * Those with a text in their data that begins with a word. Bounded: what is frequent is found among the newest events, what is
   * rare by the index of words, and what is neither ends with the statement timeout that this sets for the transaction.
   */
  async search(tx: Transaction, filter: EventFilter, text: string, limit: number, before?: number): Promise<StoredEvent[]> {
    const words = wordQuery(text);
    if (words === undefined) return [];
    await tx.query("select set_config('statement_timeout', $1, true)", [String(SEARCH_MS)]);
    const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const near = conditions(filter, before);
    near.and((n) => `data::text ilike ${n}`, pattern);
    near.and(
      (n) => `position > ${before === undefined ? '(select coalesce(max(position), 0) from events)' : String(before)} - ${n}::int`,
      NEWEST,
    );
    const newest = await this.select(tx, near, 'position', limit);
    if (newest.length >= limit) return newest;
    const all = conditions(filter, before);
    all.and((n) => `event_words(data) @@ lower(${n})::tsquery`, words);
    all.and((n) => `data::text ilike ${n}`, pattern);
    // Not the order of an index: whoever follows one reads every event until enough are found.
    return this.select(tx, all, 'position + 0', limit);
  }

  private async select(tx: Transaction, { where, values }: Conditions, order: string, limit: number): Promise<StoredEvent[]> {
    const rows: Row[] = await tx.query(
      `select ${columns} from events ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by ${order} desc limit $${String(values.length + 1)}`,
      [...values, limit],
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
    // Looked up one by one: in a plan of its own the planner would rather read every event to find the few of a family.
    const rows: Row[] = await tx.query(
      `with recursive up as (
         select id, cause_id, 0 as steps from events where id = $1
         union select e.id, e.cause_id, up.steps + 1 from up cross join lateral
           (select id, cause_id from events where id = case when up.cause_id ~ $3 then up.cause_id::uuid end offset 0) e where up.steps < 100),
       down as (
         select id, position from events where id = $1
         union select e.id, e.position from down cross join lateral
           (select id, position from events where cause_id = down.id::text offset 0) e),
       family as (select id from up union select id from (select id from down order by position limit $2) nearest)
       select e.* from family cross join lateral (select ${columns} from events where id = family.id offset 0) e order by e.position`,
      [id, limit, UUID.source],
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
    const rows: { n: string }[] = await tx.query('select count(*) as n from events where chain_id = $1 or id = $2::uuid', [
      chainId,
      UUID.test(chainId) ? chainId : null,
    ]);
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

interface Conditions {
  readonly where: string[];
  readonly values: unknown[];
  /** Adds one; it gets the place of its value. */
  and(condition: (place: string) => string, value: unknown): void;
}

function conditions({ topic, without = [], chainId, traceId, key, project }: EventFilter, before: number | undefined): Conditions {
  const where: string[] = [];
  const values: unknown[] = [];
  const and = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    where.push(condition(`$${String(values.length)}`));
  };
  and((n) => `topic = any(${n})`, topic?.split(','));
  and((n) => `topic <> all(${n})`, without.length > 0 ? without : undefined);
  and((n) => `chain_id = ${n}`, chainId);
  and((n) => `trace_id = ${n}`, traceId);
  and((n) => `key = ${n}`, key);
  and((n) => `project = ${n}`, project);
  and((n) => `position < ${n}`, before);
  return { where, values, and };
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
