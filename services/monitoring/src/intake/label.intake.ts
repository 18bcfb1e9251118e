import type { BatchConsumption, BatchControl, ConsumerHealth, EventLog, RecordBatch } from '@drawbridge/kafka';
import { inSpan, type Logger } from '@drawbridge/telemetry';
import type { Database } from '../persistence/database.js';
import type { DeadLetterStore } from '../persistence/dead-letter.store.js';
import type { LabelStore, StoredLabel } from '../persistence/label.store.js';
import { type PositionStore, TopicReplaced } from '../persistence/position.store.js';
import { DeadRecords } from './dead-records.js';
import { intakeMetrics } from './intake.metrics.js';
import { decodeLabel } from './label.codec.js';
import { refusalOf } from './isolation.js';
import { Reject } from './reject.js';
import type { Setbacks } from './setbacks.js';

const TOPIC = 'label.received';
export const LABEL_GROUP = 'monitoring.labels';

/** Another process stored these records first. */
class PositionMoved extends Error {
  constructor() {
    super('the position moved');
  }
}

/** Where reading stands in one partition. */
interface Place {
  /** Next offset, as stored. */
  position: bigint;
  /** A batch has been read since, so nothing that was fetched elsewhere can still arrive. */
  steady: boolean;
  /** Records before it are known to be gone. */
  goneBefore: bigint;
}

/**
 * Reads labels batch by batch, one transaction each: position by compare-and-swap, labels, dead letters. Storing a label
 * twice changes nothing, so nothing is kept in memory between batches.
 */
export class LabelIntake {
  private consumption: BatchConsumption | undefined;
  private broken: TopicReplaced | undefined;
  private topicId = '';
  /** By partition; absent until the first batch after an assignment. */
  private readonly places = new Map<number, Place>();

  constructor(
    private readonly eventLog: EventLog,
    private readonly database: Database,
    private readonly offsets: PositionStore,
    private readonly labels: LabelStore,
    private readonly deadLetters: DeadLetterStore,
    private readonly options: { readonly now: () => number; readonly log: Logger; readonly setbacks: Setbacks },
  ) {}

  async start(): Promise<void> {
    this.topicId = await this.eventLog.topicId(TOPIC);
    for (const { partition } of await this.eventLog.lag(LABEL_GROUP, [TOPIC])) await this.storedPosition(partition).catch(ignoreReplaced);
    this.consumption = await this.eventLog.consumeBatches({
      group: LABEL_GROUP,
      topics: [TOPIC],
      fromBeginning: true,
      onAssign: () => Promise.resolve(this.places.clear()),
      // What failed is somebody else's now.
      onRevoke: (lost) => Promise.resolve(lost.forEach(({ partition }) => this.options.setbacks.over(partition))),
      handle: (batch, control) => this.handle(batch, control),
    });
  }

  async stop(): Promise<void> {
    await this.consumption?.stop();
  }

  health(): ConsumerHealth | undefined {
    const health = this.consumption?.health();
    return this.broken === undefined || health === undefined ? health : { ...health, alive: false };
  }

  private async handle(batch: RecordBatch, control: BatchControl): Promise<void> {
    const { partition } = batch;
    let place = this.places.get(partition);
    if (place === undefined) {
      place = { position: await this.storedPosition(partition), steady: false, goneBefore: 0n };
      this.places.set(partition, place);
      // A batch that begins too late at the first read was fetched before the seek; when it comes again, nothing is between.
      if (batch.firstOffset > place.position && place.position > 0n) {
        control.seek(partition, place.position);
        return;
      }
    }
    const { position } = place;
    if (batch.nextOffset <= position) return;
    this.skip(batch, place);
    let from = 0;
    while (from < batch.count && batch.offset(from) < position) from += 1;
    const next = await this.storeRange(batch, { from, to: batch.count, position });
    place.steady = true;
    await control.commit(partition, next);
  }

  /** Tells once of records that were gone before they were read. What was never read begins where its log begins. */
  private skip({ topic, partition, firstOffset }: RecordBatch, place: Place): void {
    const { position, steady, goneBefore } = place;
    if (firstOffset <= position || position === 0n || firstOffset <= goneBefore) return;
    place.goneBefore = firstOffset;
    intakeMetrics.skippedOffsets.inc({ topic }, Number(firstOffset - position));
    const where = { topic, partition, from: String(position), to: String(firstOffset) };
    // In steady reading a hole is mostly the end marker of a transaction.
    if (steady) this.options.log.debug('offsets without records', where);
    else this.options.log.error('records were gone before they were read', where);
  }

  /** Stores records in one transaction; when a record may be at fault, in halves, until it is alone and a dead letter. */
  private async storeRange(batch: RecordBatch, range: Range, refused?: Reject): Promise<bigint> {
    const { partition } = batch;
    const { from, to, position } = range;
    try {
      const found = this.decode(batch, range, refused);
      const links = found.links.map((traceparent) => ({ traceparent }));
      const attributes = { 'messaging.batch.message_count': found.read };
      const next = await inSpan(`process ${TOPIC}`, { kind: 'consumer', attributes, links }, () => this.store(batch, range, found));
      this.options.setbacks.over(partition);
      return next;
    } catch (error) {
      // No setback: somebody else stored them. The batch is handled again, against the position as it is now.
      if (error instanceof PositionMoved) throw error;
      const reason = refusalOf(error);
      if (reason === undefined || refused !== undefined || from === to) {
        this.options.setbacks.add(partition, error);
        throw error;
      }
      if (to - from === 1) {
        this.options.log.error('a record is refused', { topic: TOPIC, partition, offset: String(batch.offset(from)), error });
        return this.storeRange(batch, range, reason);
      }
      const middle = (from + to) >>> 1;
      return this.storeRange(batch, { from: middle, to, position: await this.storeRange(batch, { from, to: middle, position }) });
    }
  }

  private decode(batch: RecordBatch, { from, to }: Range, refused: Reject | undefined): Decoded {
    const now = this.options.now();
    const newest = new Map<string, StoredLabel>();
    const found: Decoded = { newest, dead: new DeadRecords(), read: 0, links: [] };
    for (let i = from; i < to; i += 1) {
      found.read += 1;
      const broken = batch.unreadable(i);
      const label = refused ?? (broken === undefined ? decodeLabel(batch.value(i), now) : new Reject('unreadable', '(value)', broken));
      if (label instanceof Reject) {
        found.dead.add(batch.message(i), label);
        continue;
      }
      const key = `${label.project}\u0000${label.predictionId}`;
      const known = newest.get(key);
      if (known === undefined || known.revision < label.revision) newest.set(key, { ...label, offset: batch.offsets[i]! });
      const traceparent = found.links.length < 8 ? batch.header(i, 'traceparent') : undefined;
      if (traceparent !== undefined) found.links.push(traceparent);
    }
    return found;
  }

  /** Resolves to the position after it. */
  private async store(batch: RecordBatch, { to, position }: Range, found: Decoded): Promise<bigint> {
    const next = to < batch.count ? batch.offset(to) : batch.nextOffset;
    const timed = intakeMetrics.flushSeconds.startTimer({ topic: TOPIC });
    const sorted = [...found.newest].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, label]) => label);
    try {
      await this.database.transaction(async (tx) => {
        const moved = await this.offsets.advance(tx, TOPIC, this.topicId, batch.partition, position, next);
        if (!moved) throw new PositionMoved();
        await this.labels.write(tx, batch.partition, sorted);
        for (const record of found.dead) await this.deadLetters.add(tx, LABEL_GROUP, record);
      });
      // None when the partition was assigned anew meanwhile.
      const place = this.places.get(batch.partition);
      if (place !== undefined) place.position = next;
      intakeMetrics.consumed.inc({ topic: TOPIC }, found.read);
      for (const { reason } of found.dead) intakeMetrics.rejected.inc({ topic: TOPIC, reason: reason.split(' ')[0] ?? reason });
      return next;
    } catch (error) {
      if (error instanceof PositionMoved) {
        intakeMetrics.flushFailures.inc({ topic: TOPIC, cause: 'position moved' });
        this.options.log.warn('another process moved the position, reading it again', { topic: TOPIC, partition: batch.partition });
        this.places.delete(batch.partition);
      }
      throw error;
    } finally {
      timed();
    }
  }

  private replaced(error: TopicReplaced): void {
    if (this.broken === undefined) this.options.log.error(`reading has stopped: ${error.message}`, { topic: TOPIC, fix: error.fix });
    this.broken = error;
  }

  private async storedPosition(partition: number): Promise<bigint> {
    try {
      const stored = await this.offsets.load(TOPIC, this.topicId, partition);
      if (stored !== undefined) return stored;
    } catch (error) {
      if (error instanceof TopicReplaced) this.replaced(error);
      throw error;
    }
    await this.offsets.begin(TOPIC, this.topicId, partition, 0n);
    return 0n;
  }
}

function ignoreReplaced(error: unknown): void {
  if (!(error instanceof TopicReplaced)) throw error;
}

/** Records of a batch, by their numbers in it. */
interface Range {
  readonly from: number;
  readonly to: number;
  /** As stored, before the first of them. */
  readonly position: bigint;
}

interface Decoded {
  readonly newest: Map<string, StoredLabel>;
  readonly dead: DeadRecords;
  read: number;
  readonly links: string[];
}
