import type { KafkaMessage } from '@drawbridge/kafka';
import type { Whole } from '@drawbridge/outbox';
import { copyInto, type Transaction } from '@drawbridge/postgres';
import type { Target } from '../domain/routing.js';
import type { WindowPart } from '../domain/window-part.js';
import { decodePart, encodePart } from '../domain/window-part.codec.js';
import { plainArray, rows } from './database.js';
import { windowId } from './ids.js';
import type { KeptRows } from './kept-rows.js';
import type { PartitionStore } from './partition.store.js';

export interface PartRecord {
  readonly target: Target;
  readonly startMs: number;
}

export interface DeadRecord {
  readonly message: KafkaMessage;
  /** Of a message that was cut. */
  readonly whole?: Whole | undefined;
  readonly reason: string;
  readonly detail: string;
  /** Of a message that holds many; absent when the message itself is dead. */
  readonly row?: number | undefined;
}

/** Rows of one partition and monitor. `consumed` is the sum of the others. */
export interface Accounts {
  consumed: number;
  counted: number;
  deduplicated: number;
  beyondHorizon: number;
  unrouted: number;
  deadLettered: number;
}

export function emptyAccounts(): Accounts {
  return { consumed: 0, counted: 0, deduplicated: 0, beyondHorizon: 0, unrouted: 0, deadLettered: 0 };
}

export interface UnroutedModel {
  readonly project: string;
  readonly model: string;
  readonly version: string;
  readonly rows: number;
}

/** Unknown versions that are told apart; the rest is one row without names. */
const MOST_NAMED = 1000;

/** Flushes that expect repeats after one was met: a producer that repeats old ids does not do it once. */
const REPEATS_LAST = 32;

/** The writes of one flush. Rows are written in a fixed order, so that two flushes cannot wait for each other. */
export class FlushStore {
  private repeats = 0;

  constructor(private readonly partitions: PartitionStore) {}

  /** Rows of these windows have a place to go to, before the transaction that writes them begins. */
  async makeRoom(parts: readonly Pick<PartRecord, 'startMs'>[]): Promise<void> {
    await this.partitions.cover(parts.map(({ startMs }) => startMs));
  }

  /** After a failure: the place may have been dropped a moment before. */
  forgetRoom(): void {
    this.partitions.forget();
  }

  /** Stored parts of a partition, for windows that were not in memory. */
  async loadParts(tx: Transaction, partition: number, wanted: readonly PartRecord[]): Promise<Map<PartRecord, WindowPart>> {
    const found = new Map<PartRecord, WindowPart>();
    if (wanted.length === 0) return found;
    const stored = await rows<{ at: number; state: Buffer }>(
      tx,
      `SELECT wanted.at::int AS at, part.state
       FROM unnest($1::uuid[], $2::float8[]) WITH ORDINALITY AS wanted (monitor_id, start_ms, at)
       JOIN window_parts part ON part.monitor_id = wanted.monitor_id
         AND part.start_at = to_timestamp(wanted.start_ms / 1000.0) AND part.partition = $3`,
      [plainArray(wanted.map((one) => one.target.monitorId)), plainArray(wanted.map((one) => one.startMs)), partition],
    );
    for (const { at, state } of stored) {
      const one = wanted[at - 1]!;
      found.set(one, decodePart(one.target.layout, state));
    }
    return found;
  }

  async writeParts(tx: Transaction, partition: number, parts: readonly (PartRecord & { part: WindowPart })[]): Promise<void> {
    if (parts.length === 0) return;
    const sorted = [...parts].sort(byWindow);
    await rows(
      tx,
      `INSERT INTO windows (id, monitor_id, start_at, end_at)
       SELECT id, monitor_id, to_timestamp(start_ms / 1000.0), to_timestamp(end_ms / 1000.0)
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[]) AS new (id, monitor_id, start_ms, end_ms)
       ON CONFLICT DO NOTHING`,
      [
        plainArray(sorted.map(({ target, startMs }) => windowId(target.monitorId, startMs))),
        plainArray(sorted.map(({ target }) => target.monitorId)),
        plainArray(sorted.map(({ startMs }) => startMs)),
        plainArray(sorted.map(({ target, startMs }) => startMs + target.timing.windowMs)),
      ],
    );
    await rows(
      tx,
      `INSERT INTO window_parts (monitor_id, start_at, partition, n, state)
       SELECT monitor_id, to_timestamp(start_ms / 1000.0), $1, n, decode(state, 'base64')
       FROM unnest($2::uuid[], $3::float8[], $4::int[], $5::text[]) AS new (monitor_id, start_ms, n, state)
       ON CONFLICT (monitor_id, start_at, partition) DO UPDATE SET n = excluded.n, state = excluded.state`,
      [
        partition,
        plainArray(sorted.map(({ target }) => target.monitorId)),
        plainArray(sorted.map(({ startMs }) => startMs)),
        plainArray(sorted.map(({ part }) => part.n)),
        plainArray(sorted.map(({ part }) => encodePart(part).toString('base64'))),
      ],
    );
  }

  /** The first row of an id stays: the filter of the intake forgets ids, and knows nothing of other partitions. */
  async writeKept(tx: Transaction, kept: KeptRows): Promise<void> {
    const repeated = await copyInto(tx, 'predictions', kept.encoded, this.repeats > 0);
    this.repeats = repeated > 0 ? REPEATS_LAST : Math.max(0, this.repeats - 1);
  }

  async writeWatermarks(tx: Transaction, partition: number, watermarks: ReadonlyMap<string, number>): Promise<void> {
    const sorted = [...watermarks].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    if (sorted.length === 0) return;
    await rows(
      tx,
      `INSERT INTO watermarks (monitor_id, partition, event_at, seen_at)
       SELECT monitor_id, $1, to_timestamp(event_ms / 1000.0), clock_timestamp()
       FROM unnest($2::uuid[], $3::float8[]) AS new (monitor_id, event_ms)
       ON CONFLICT (monitor_id, partition) DO UPDATE SET event_at = excluded.event_at, seen_at = excluded.seen_at`,
      [partition, plainArray(sorted.map(([id]) => id)), plainArray(sorted.map(([, ms]) => ms))],
    );
  }

  async writeAccounts(tx: Transaction, partition: number, accounts: ReadonlyMap<string, Accounts>): Promise<void> {
    const sorted = [...accounts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    if (sorted.length === 0) return;
    const column = (of: (one: Accounts) => number): string => plainArray(sorted.map(([, one]) => of(one)));
    await rows(
      tx,
      `INSERT INTO accounting AS known (partition, monitor_id, consumed, counted, deduplicated, beyond_horizon, unrouted, dead_lettered)
       SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
       ON CONFLICT (partition, monitor_id) DO UPDATE SET
         consumed = known.consumed + excluded.consumed, counted = known.counted + excluded.counted,
         deduplicated = known.deduplicated + excluded.deduplicated,
         beyond_horizon = known.beyond_horizon + excluded.beyond_horizon,
         unrouted = known.unrouted + excluded.unrouted, dead_lettered = known.dead_lettered + excluded.dead_lettered`,
      [
        partition,
        plainArray(sorted.map(([id]) => id)),
        column((one) => one.consumed),
        column((one) => one.counted),
        column((one) => one.deduplicated),
        column((one) => one.beyondHorizon),
        column((one) => one.unrouted),
        column((one) => one.deadLettered),
      ],
    );
  }

  /** Adds rows of unknown versions, `nameless` among them. Returns how many went to the row without names. */
  async writeUnrouted(tx: Transaction, named: readonly UnroutedModel[], nameless: number): Promise<number> {
    if (named.length === 0 && nameless === 0) return 0;
    const all = [...named, { project: '', model: '', version: '', rows: nameless }];
    const found = await rows<{ nameless: string }>(
      tx,
      `WITH given AS (
         SELECT *, EXISTS (SELECT FROM unrouted_models u WHERE (u.project, u.model, u.version) = (g.project, g.model, g.version)) AS known
         FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS g (project, model, version, rows)
         WHERE rows > 0
       ), numbered AS (
         SELECT *, row_number() OVER (PARTITION BY known ORDER BY project, model, version) AS nth FROM given
       ), placed AS (
         SELECT *, model <> '' AND (known OR nth <= ${String(MOST_NAMED)} - (SELECT count(*) FROM unrouted_models)) AS named FROM numbered
       ), written AS (
         INSERT INTO unrouted_models AS kept (project, model, version, rows)
         SELECT CASE WHEN named THEN project ELSE '' END AS p, CASE WHEN named THEN model ELSE '' END AS m,
                CASE WHEN named THEN version ELSE '' END AS v, sum(rows)
         FROM placed GROUP BY p, m, v ORDER BY p, m, v
         ON CONFLICT (project, model, version) DO UPDATE SET rows = kept.rows + excluded.rows, last_seen = now()
       )
       SELECT coalesce(sum(rows) FILTER (WHERE NOT named), 0) AS nameless FROM placed`,
      [
        all.map(({ project }) => project),
        all.map(({ model }) => model),
        all.map(({ version }) => version),
        plainArray(all.map((one) => one.rows)),
      ],
    );
    return Number(found[0]?.nameless ?? 0);
  }

  /**
   * Notes the windows that were closed before these rows reached them. The shared lock makes a closing that is under
   * way finish first, or see the rows of this flush.
   */
  async noteLate(tx: Transaction, parts: readonly PartRecord[]): Promise<void> {
    if (parts.length === 0) return;
    const sorted = [...parts].sort(byWindow);
    const windows = await rows<{ monitor_id: string; start_at: Date; status: string }>(
      tx,
      `SELECT w.monitor_id, w.start_at, w.status FROM windows w
       JOIN unnest($1::uuid[], $2::float8[]) AS mine (monitor_id, start_ms)
         ON w.monitor_id = mine.monitor_id AND w.start_at = to_timestamp(mine.start_ms / 1000.0)
       ORDER BY w.monitor_id, w.start_at FOR SHARE OF w`,
      [plainArray(sorted.map(({ target }) => target.monitorId)), plainArray(sorted.map(({ startMs }) => startMs))],
    );
    const closed = windows.filter(({ status }) => status === 'closed');
    if (closed.length === 0) return;
    await rows(
      tx,
      `INSERT INTO window_changes (monitor_id, start_at, cause) SELECT monitor_id, start_at, 'late'
       FROM unnest($1::uuid[], $2::timestamptz[]) AS new (monitor_id, start_at)`,
      [closed.map((one) => one.monitor_id), closed.map((one) => one.start_at)],
    );
  }
}

function byWindow(a: PartRecord, b: PartRecord): number {
  if (a.target.monitorId !== b.target.monitorId) return a.target.monitorId < b.target.monitorId ? -1 : 1;
  return a.startMs - b.startMs;
}
