import type { Transaction } from '@drawbridge/postgres';
import type { ArrivedDay } from '../domain/join-plan.js';
import { type Database, lookUpByKey, plainArray, readWhole, rows } from './database.js';
import { type RefusedLabel, refusedOf, type RefusedRow } from './refused-label.js';

/** Labels that are taken together: a range of the table they came into. */
export interface Arrivals {
  readonly from: string;
  readonly to: string;
  readonly labels: number;
  readonly days: readonly ArrivedDay[];
}

/** A stored label that has no prediction yet. Numbers of an earlier release may be given twice, so it takes both. */
export interface WaitingLabel {
  readonly seq: string;
  readonly predictionId: string;
}

/** A partition's windows. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far the labels of a monitor from one partition came in a transaction. */
export interface LabelClock {
  readonly monitorId: string;
  readonly partition: number;
  /** As the database writes it. */
  readonly observedAt: string;
}

export interface Joined {
  readonly joined: number;
  /** Labels of this transaction that found no prediction so far. */
  readonly left: number;
  /** To be written by `advanceClocks`, once, as the last of the transaction. */
  readonly clocks: readonly LabelClock[];
}

/** Blocks of the table of arrivals that are taken at once: about a million labels, well within the time of a statement. */
const MOST_BLOCKS = 16_384;
/** Advisory locks: the first number is this table's, the second a joiner's. */
const LOCKS = 7205;

/**
 * A window begins at most so long before the id of its prediction was made, and so long after, or the prediction is astray:
 * ids are made by other clocks, and windows may be a day long.
 */
const NEAR = `p.start_at >= a.made_at - interval '25 hours' AND p.start_at <= a.made_at + interval '1 hour'`;
const HERE = `p.prediction_id = a.prediction_id AND p.project = a.project`;

/** The notes on windows of the labels that found their predictions, and what comes of them. */
const NOTED = `noted AS (
    SELECT monitor_id, start_at, topic_partition, count(*) AS n, max(observed_at) AS observed_at FROM found GROUP BY 1, 2, 3
  ), clocks AS (
    SELECT monitor_id, topic_partition AS partition, max(observed_at) AS at FROM noted WHERE monitor_id IS NOT NULL GROUP BY 1, 2
  ), changes AS (
    INSERT INTO window_changes (monitor_id, start_at, cause, labels)
    SELECT monitor_id, start_at, 'label', sum(n) FROM noted WHERE monitor_id IS NOT NULL GROUP BY 1, 2
  )
  SELECT coalesce(sum(n) FILTER (WHERE monitor_id IS NOT NULL), 0) AS joined, coalesce(sum(n) FILTER (WHERE monitor_id IS NULL), 0) AS "left",
    (SELECT json_agg(json_build_object('monitorId', monitor_id, 'partition', partition, 'observedAt', at::text)) FROM clocks) AS clocks FROM noted`;

/** From having no window to the one of the prediction: the row moves to its partition. */
const MOVE = `UPDATE labels a SET start_at = p.start_at, monitor_id = p.monitor_id, score = p.score, class = p.class, failed = p.failed
  FROM predictions p WHERE a.start_at = '-infinity' AND ${HERE}`;
const MOVED = 'RETURNING a.monitor_id, a.start_at, a.topic_partition, a.observed_at';

/** Labels that came find their predictions, each in one transaction with the notes on windows to measure again. */
export class LabelJoinStore {
  constructor(private readonly database: Database) {}

  /** What is to be joined next; undefined when there is nothing. */
  async next(): Promise<Arrivals | undefined> {
    const [first] = await this.database.query<{ block: string }>(
      `SELECT split_part(trim('()' FROM ctid::text), ',', 1) AS block FROM label_arrivals LIMIT 1`,
    );
    if (first === undefined) return undefined;
    return this.between(`(${first.block},0)`, `(${String(Number(first.block) + MOST_BLOCKS)},0)`);
  }

  /** What is left of these in two halves, or as it is when it is one or none; for labels of which one cannot be joined. */
  async halves({ from, to }: Arrivals): Promise<Arrivals[]> {
    const whole = await this.between(from, to);
    if (whole.labels <= 1) return [whole];
    const [middle] = await this.database.query<{ at: string }>(
      'SELECT ctid::text AS at FROM label_arrivals WHERE ctid >= $1::tid AND ctid < $2::tid ORDER BY ctid OFFSET $3 LIMIT 1',
      [from, to, whole.labels >>> 1],
    );
    // Another process joined them meanwhile.
    if (middle === undefined) return [await this.between(from, to)];
    return [await this.between(from, middle.at), await this.between(middle.at, to)];
  }

  /** Takes labels out without joining them. */
  async takeOut(tx: Transaction, { from, to }: Arrivals): Promise<RefusedLabel[]> {
    const found = await rows<RefusedRow>(
      tx,
      `WITH taken AS (DELETE FROM label_arrivals WHERE ctid >= $1::tid AND ctid < $2::tid RETURNING *)
       SELECT project, prediction_id, value, number, observed_at, revision, weight, source, retracted, topic_partition,
         coalesce(record_offset, -seq) AS record_offset FROM taken`,
      [from, to],
    );
    return found.map(refusedOf);
  }

  private async between(from: string, to: string): Promise<Arrivals> {
    const found = await this.database.query<{ day: Date | null; labels: string }>(
      `SELECT date_trunc('day', made_at, 'UTC') AS day, count(*) AS labels FROM label_arrivals
       WHERE ctid >= $1::tid AND ctid < $2::tid GROUP BY 1`,
      [from, to],
    );
    const days = found.map(({ day, labels }) => ({ dayMs: day?.getTime(), labels: Number(labels) }));
    return { from, to, days, labels: days.reduce((sum, { labels }) => sum + labels, 0) };
  }

  /** Whoever joins holds one of these; whoever looks for labels that came before their predictions waits for both. */
  async lock(tx: Transaction, lane: 0 | 1): Promise<void> {
    await rows(tx, 'SELECT pg_advisory_xact_lock($1::int, $2::int)', [LOCKS, lane]);
  }

  /** Afterwards every label is either stored without a prediction or finds the predictions committed before. */
  async waitForJoins(tx: Transaction): Promise<void> {
    await rows(tx, 'SELECT pg_advisory_xact_lock_shared($1::int, 0), pg_advisory_xact_lock_shared($1::int, 1)', [LOCKS]);
  }

  /** Stored labels whose predictions are those of a window. */
  async waiting(tx: Transaction, monitorId: string, startMs: number): Promise<WaitingLabel[]> {
    await lookUpByKey(tx);
    return rows(
      tx,
      `SELECT a.seq, a.prediction_id AS "predictionId" FROM predictions p JOIN labels a ON a.start_at = '-infinity' AND ${HERE}
       WHERE p.monitor_id = $1 AND p.start_at = $2 ORDER BY a.seq`,
      [monitorId, new Date(startMs)],
    );
  }

  /** Joins some of them. */
  async joinWaiting(tx: Transaction, monitorId: string, startMs: number, some: readonly WaitingLabel[]): Promise<void> {
    await lookUpByKey(tx);
    const which = 'AND (a.seq, a.prediction_id) IN (SELECT * FROM unnest($3::bigint[], $4::text[]))';
    const { clocks } = await this.move(tx, `AND p.monitor_id = $1 AND p.start_at = $2 ${which}`, [
      monitorId,
      new Date(startMs),
      plainArray(some.map(({ seq }) => seq)),
      some.map(({ predictionId }) => predictionId),
    ]);
    await this.advanceClocks(tx, clocks);
  }

  /** Takes one of them out. */
  async takeOutWaiting(tx: Transaction, { seq, predictionId }: WaitingLabel): Promise<RefusedLabel[]> {
    const found = await rows<RefusedRow>(
      tx,
      `WITH taken AS (DELETE FROM labels WHERE start_at = '-infinity' AND prediction_id = $2 AND seq = $1 RETURNING *)
       SELECT project, prediction_id, value, number, observed_at, revision, weight, source, retracted, topic_partition, -seq AS record_offset
       FROM taken`,
      [seq, predictionId],
    );
    return found.map(refusedOf);
  }

  /** Joins the labels whose ids were made within a partition's time by reading the partition as a whole. */
  async joinWhole(tx: Transaction, { from, to }: Arrivals, { fromMs, toMs }: Span): Promise<Joined> {
    await readWhole(tx);
    const span = [new Date(fromMs), new Date(toMs)];
    const first = await this.take(tx, `AND made_at >= $3 AND made_at < $4`, `AND p.start_at >= $3 AND p.start_at < $4 AND ${NEAR}`, [
      from,
      to,
      ...span,
    ]);
    await lookUpByKey(tx);
    // The window of an id made at the partition's edge may lie in the next one.
    const edge = await this.move(
      tx,
      `AND a.stored_at = now() AND (a.made_at < $1::timestamptz + interval '25 hours' OR a.made_at >= $2::timestamptz - interval '1 hour') AND ${NEAR}
       AND NOT (p.start_at >= $1 AND p.start_at < $2)`,
      span,
    );
    return { joined: first.joined + edge.joined, left: first.left - edge.joined, clocks: [...first.clocks, ...edge.clocks] };
  }

  /** Looks each label up by its key, where its id says that the prediction is. */
  async joinEach(tx: Transaction, { from, to }: Arrivals): Promise<Joined> {
    await lookUpByKey(tx);
    return this.take(tx, '', `AND ${NEAR}`, [from, to]);
  }

  /** Looks in one partition for those labels of this transaction that found nothing. */
  async joinLeft(tx: Transaction, { fromMs, toMs }: Span, whole: boolean): Promise<Omit<Joined, 'left'>> {
    await (whole ? readWhole(tx) : lookUpByKey(tx));
    return this.move(tx, 'AND a.stored_at = now() AND p.start_at >= $1 AND p.start_at < $2', [new Date(fromMs), new Date(toMs)]);
  }

  /** Labels that came before the predictions of a window join them, and the window's ids are looked at. */
  async joinWindow(tx: Transaction, monitorId: string, startMs: number, endMs: number): Promise<void> {
    await lookUpByKey(tx);
    const window = [monitorId, new Date(startMs)];
    const { clocks } = await this.move(tx, 'AND p.monitor_id = $1 AND p.start_at = $2', window);
    await this.advanceClocks(tx, clocks);
    await rows(
      tx,
      `INSERT INTO astray_partitions SELECT name FROM partitions() WHERE from_at <= $2 AND to_at > $2 AND EXISTS (
         SELECT FROM predictions p WHERE p.monitor_id = $1 AND p.start_at = $2 AND NOT (p.prediction_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7'
           AND p.prediction_id COLLATE "C" >= $3 AND p.prediction_id COLLATE "C" <= $4))
       ON CONFLICT DO NOTHING`,
      [...window, idPrefix(startMs - 3_600_000), `${idPrefix(Math.min(endMs, startMs + 86_400_000) + 3_600_000)}~`],
    );
  }

  /**
   * Once per transaction and in one order: two that join at the same time meet labels of the same monitors in any order, and
   * each would wait for a clock that the other has moved.
   */
  async advanceClocks(tx: Transaction, clocks: readonly LabelClock[]): Promise<void> {
    if (clocks.length === 0) return;
    await rows(
      tx,
      `INSERT INTO label_clocks AS known (monitor_id, partition, observed_at, touched_at)
       SELECT monitor_id, partition, max(observed_at), clock_timestamp()
       FROM unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS new (monitor_id, partition, observed_at) GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (monitor_id, partition) DO UPDATE SET observed_at = greatest(known.observed_at, excluded.observed_at),
         touched_at = excluded.touched_at`,
      [
        plainArray(clocks.map(({ monitorId }) => monitorId)),
        plainArray(clocks.map((clock) => clock.partition)),
        clocks.map(({ observedAt }) => observedAt),
      ],
    );
  }

  private async take(tx: Transaction, which: string, where: string, parameters: readonly unknown[]): Promise<Joined> {
    const [found] = await rows<JoinedRow>(
      tx,
      `WITH taken AS (
         DELETE FROM label_arrivals WHERE ctid >= $1::tid AND ctid < $2::tid ${which} RETURNING *
       ), found AS (
         INSERT INTO labels (start_at, monitor_id, seq, made_at, observed_at, number, weight, score, revision, topic_partition, retracted,
           failed, project, prediction_id, value, class, source)
         SELECT coalesce(p.start_at, '-infinity'), p.monitor_id, a.seq, a.made_at, a.observed_at, a.number, a.weight, p.score, a.revision,
           a.topic_partition, a.retracted, coalesce(p.failed, false), a.project, a.prediction_id, a.value, p.class, a.source
         FROM taken a LEFT JOIN predictions p ON ${HERE} ${where}
         RETURNING monitor_id, start_at, topic_partition, observed_at
       ), ${NOTED}`,
      parameters,
    );
    return joinedOf(found!);
  }

  private async move(tx: Transaction, where: string, parameters: readonly unknown[]): Promise<Joined> {
    const [found] = await rows<JoinedRow>(tx, `WITH found AS (${MOVE} ${where} ${MOVED}), ${NOTED}`, parameters);
    return joinedOf(found!);
  }
}

interface JoinedRow {
  readonly joined: string;
  readonly left: string;
  /** Null when there are none. */
  readonly clocks: readonly LabelClock[] | null;
}

function joinedOf({ joined, left, clocks }: JoinedRow): Joined {
  return { joined: Number(joined), left: Number(left), clocks: clocks ?? [] };
}

/** How the ids made at that time begin. */
function idPrefix(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
