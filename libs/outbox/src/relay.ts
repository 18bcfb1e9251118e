import type { EventLog, OutgoingMessage } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { DataSource } from 'typeorm';
import { Failpoints } from './failpoints.js';
import type { Outbox } from './outbox.js';
import { RelayLock } from './relay-lock.js';
import { relayMetrics } from './relay-metrics.js';
import { removeExpired } from './retention.js';

export interface RelayOptions {
  readonly service: string;
  readonly schema: string;
  /** URL of the runtime role; the relay opens one connection of its own with it, past any pooler. */
  readonly url: string;
  readonly log: Logger;
  /** Wakes the relay after each commit that left a row. */
  readonly outbox?: Outbox;
  /** How often rows of other processes are looked for; default 250. */
  readonly pollMs?: number;
  /** Rows per send; default 500. */
  readonly batchRows?: number;
  /** How often a standby asks for the lock; default 500. */
  readonly standbyMs?: number;
  readonly failpoints?: Failpoints;
}

export interface RelayHealth {
  /** This process holds the lock and publishes. */
  readonly active: boolean;
  /** Rows not yet published, as of the last look; counted up to 10 001. */
  readonly lag: number;
  readonly oldestUnpublishedMs: number;
}

interface OutboxRow {
  readonly seq: string;
  readonly type: string;
  readonly aggregateid: string;
  readonly key: Buffer | null;
  /** Of a dead letter, which may be anything. */
  readonly payload: Buffer | null;
  /** Of everything else. */
  readonly text: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly created_at: Date;
  /** By the database's clock, at the moment it was read. */
  readonly age_ms: number;
}

/** When the oldest row was written, on a clock that nobody can set. */
type Moment = number;

const batchBytes = 8 * 1024 * 1024;
const cleanEveryMs = 3_600_000;

/**
 * Publishes the outbox in the order of `seq`: one relay of a service at a time, one send in flight, rows marked after
 * Kafka has them. Whatever breaks, the same rows are sent again with the same ids; nothing is ever skipped.
 */
export class Relay {
  private readonly metrics;
  private readonly failpoints: Failpoints;
  private loop: Promise<void> | undefined;
  private stopping = false;
  private active = false;
  private lag = 0;
  private oldest: Moment | undefined;
  private cleanedAt: Moment = -Infinity;
  private pending = false;
  private rouse: (() => void) | undefined;

  /** The pool is not used: the lock needs a session of its own. It stays in the signature for wiring. */
  constructor(
    _source: DataSource | undefined,
    private readonly eventLog: Pick<EventLog, 'produce'>,
    private readonly options: RelayOptions,
  ) {
    this.metrics = relayMetrics(options.service);
    this.failpoints = options.failpoints ?? new Failpoints();
    options.outbox?.onCommitted(() => this.wake());
  }

  /** Starts the loop and returns; a database that is away does not matter. */
  start(): Promise<void> {
    this.loop ??= this.run();
    return Promise.resolve();
  }

  /** Waits for the send in hand, and marks it. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.loop;
  }

  /** Says that there may be new rows. */
  wake(): void {
    this.pending = true;
    this.rouse?.();
  }

  health(): RelayHealth {
    const oldestUnpublishedMs = this.oldest === undefined ? 0 : Math.max(0, performance.now() - this.oldest);
    return { active: this.active, lag: this.lag, oldestUnpublishedMs };
  }

  private async run(): Promise<void> {
    const { log, service } = this.options;
    let failures = 0;
    while (!this.stopping) {
      const begun = performance.now();
      try {
        await this.session();
        failures = 0;
      } catch (error) {
        if (performance.now() - begun > 10_000) failures = 0;
        if (failures % 20 === 0) log.warn('the relay lost its database session, trying again', { service, error });
        failures += 1;
        await this.rest(Math.min(2000, 100 * 2 ** Math.min(failures, 5)));
      } finally {
        this.setActive(false);
      }
    }
  }

  /** One connection from its start to its loss: waits for the lock, then publishes as long as it lasts. */
  private async session(): Promise<void> {
    const { url, schema, service, log, pollMs = 250, standbyMs = 500 } = this.options;
    const lock = await RelayLock.connect({ url, schema, name: `${service} relay` });
    try {
      while (!this.stopping && !(await lock.acquire(schema))) {
        this.lag = 0;
        this.oldest = undefined;
        await this.rest(standbyMs, false);
      }
      if (this.stopping) return;
      this.setActive(true);
      log.debug('the relay publishes', { service });
      let sendFailures = 0;
      while (!this.stopping) {
        this.pending = false;
        const sent = await this.publishBatch(lock, sendFailures);
        sendFailures = sent === 'failed' ? sendFailures + 1 : 0;
        if (sent === 'failed') await this.rest(Math.min(5000, 200 * 2 ** Math.min(sendFailures, 5)), false);
        else if (sent === 'drained') {
          await this.cleanSometimes(lock);
          await this.rest(pollMs);
        }
      }
    } finally {
      await lock.close();
    }
  }

  /** `failed` is Kafka's fault and repeated here; an error of the database ends the session. */
  private async publishBatch(lock: RelayLock, failures: number): Promise<'drained' | 'more' | 'failed'> {
    const { log, service, batchRows = 500 } = this.options;
    const rows = await nextRows(lock, batchRows);
    const readAt = performance.now();
    await this.observe(lock, rows, batchRows, readAt);
    if (rows.length === 0) return 'drained';
    this.failpoints.hit('relay.before-send');
    try {
      await this.eventLog.produce(rows.map(messageOf));
    } catch (error) {
      this.metrics.failures.inc();
      if (failures % 10 === 0)
        log.warn('kafka did not take the outbox rows, trying again', { service, rows: rows.length, first: rows[0]?.seq, error });
      return 'failed';
    }
    this.failpoints.hit('relay.after-send');
    await lock.query('update outbox set published_at = now() where seq = any($1::bigint[])', [rows.map((row) => row.seq)]);
    const took = performance.now() - readAt;
    this.metrics.published.inc(rows.length);
    for (const row of rows) this.metrics.delay.observe(Math.max(0, row.age_ms + took) / 1000);
    this.note(Math.max(0, this.lag - rows.length), this.lag > rows.length ? writtenAt(rows.at(-1), readAt) : undefined);
    return this.lag > 0 ? 'more' : 'drained';
  }

  private async observe(lock: RelayLock, rows: readonly OutboxRow[], batchRows: number, readAt: Moment): Promise<void> {
    let lag = rows.length;
    if (lag > 0 && (lag === batchRows || bytesOf(rows) >= batchBytes)) {
      const [counted] = await lock.query<{ rows: string }>(
        'select count(*) as rows from (select 1 from outbox where published_at is null limit 10001) waiting',
      );
      lag = Math.max(lag, Number(counted?.rows));
    }
    this.note(lag, writtenAt(rows[0], readAt));
  }

  private note(lag: number, oldest: Moment | undefined): void {
    this.lag = lag;
    this.oldest = oldest;
    this.metrics.lag.set(lag);
    this.metrics.oldest.set(this.health().oldestUnpublishedMs / 1000);
  }

  private setActive(active: boolean): void {
    this.active = active;
    this.metrics.active.set(active ? 1 : 0);
  }

  private async cleanSometimes(lock: RelayLock): Promise<void> {
    if (performance.now() - this.cleanedAt < cleanEveryMs) return;
    this.cleanedAt = performance.now();
    const removed = await removeExpired(lock, () => !this.stopping && !this.pending);
    if (removed > 0) this.options.log.info('expired outbox and inbox rows removed', { service: this.options.service, rows: removed });
  }

  private rest(ms: number, wakeable = true): Promise<void> {
    if (this.stopping || (wakeable && this.pending)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.rouse = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.rouse = () => {
        if (wakeable || this.stopping) done();
      };
    });
  }
}

/** Unpublished rows by `seq`, as many as fit one batch, at least one. Bytes come in twice their length, text comes as it is. */
function nextRows(lock: RelayLock, limit: number): Promise<OutboxRow[]> {
  return lock.query<OutboxRow>(
    `select seq, type, aggregateid, key, headers, created_at,
       case when aggregatetype = 'dead-letters' then payload end as payload,
       case when aggregatetype <> 'dead-letters' then convert_from(payload, 'UTF8') end as text,
       (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as age_ms from (
       select *, sum(coalesce(octet_length(payload), 0)) over (order by seq) - coalesce(octet_length(payload), 0) as before
       from (select * from outbox where published_at is null order by seq limit $1) batch
     ) sized where before < $2 order by seq`,
    [limit, batchBytes],
  );
}

function bytesOf(rows: readonly OutboxRow[]): number {
  return rows.reduce((sum, row) => sum + (row.payload?.length ?? row.text?.length ?? 0), 0);
}

function writtenAt(row: OutboxRow | undefined, readAt: Moment): Moment | undefined {
  return row === undefined ? undefined : readAt - row.age_ms;
}

/**
 * Everything in the message comes from the row; `traceparent` among its headers is the parent of the send's span. Its time is
 * that of the database: Kafka refuses what a process sends whose own clock is more than an hour ahead.
 */
function messageOf(row: OutboxRow): OutgoingMessage {
  return {
    topic: row.type,
    key: row.key ?? row.aggregateid,
    value: row.payload ?? row.text,
    headers: row.headers,
    timestamp: Math.round(row.created_at.getTime() + row.age_ms),
  };
}
