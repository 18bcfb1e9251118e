import type { BatchControl, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { RoutingSource } from '../persistence/monitor.directory.js';
import { intakeMetrics } from './intake.metrics.js';
import type { PartitionState } from './partition-state.js';
import type { Partitions } from './partitions.js';
import { fit } from './position.js';
import type { CountedRow } from './row-source.js';
import type { UnknownVersions } from './unknown-versions.js';

export interface RecordRead {
  /** Reads from a record on; answers with the first that is not read, or the number of records. */
  readonly records: (from: number) => number;
  /** The row that was read last. */
  readonly row: CountedRow;
}

/** What comes before and after the records of a batch, whatever they hold: their place in the partition, and waiting. */
export class TopicReading {
  /** When the batch at hand was read, by partition, and of the partition that is read now. */
  private readonly readMs = new Map<number, number>();
  private nowReadMs = 0;

  constructor(
    private readonly partitions: Partitions,
    private readonly routing: RoutingSource,
    private readonly unknown: UnknownVersions,
    private readonly elapsed: () => number,
    private readonly log: Logger,
  ) {}

  /** Index of the first record to read; undefined when this is not where reading goes on. */
  async begin(state: PartitionState, batch: RecordBatch, control: BatchControl): Promise<number | undefined> {
    state.control = control;
    this.readMs.set(state.partition, this.elapsed());
    if (!state.aligned) await this.partitions.align(state, batch);
    const place = fit(state, batch, this.elapsed());
    if (place.kind === 'seek') {
      control.seek(batch.partition, state.next);
      return undefined;
    }
    if (place.kind === 'hole') this.skip(state, batch);
    return place.kind === 'read' ? place.from : 0;
  }

  async end(state: PartitionState, batch: RecordBatch): Promise<void> {
    if (batch.nextOffset > state.next) state.next = batch.nextOffset;
    state.steady = true;
    state.fresh = false;
    state.highWatermark = batch.highWatermark;
    state.lastBatchMs = this.elapsed();
    this.log.debug('records read', { partition: state.partition, next: String(state.next), pending: state.pending });
    if (this.partitions.due(state)) await this.partitions.flush(state);
    if (!state.aligned) await this.partitions.rest(state);
  }

  /**
   * Reads records, then does what stopped `read` before the end of the batch: a flush that may hold no more, or a row whose
   * monitor may still appear. Resolves to the record to go on with; undefined when this batch is to be read again.
   */
  async readOn(state: PartitionState, batch: RecordBatch, from: number, read: RecordRead): Promise<number | undefined> {
    let index = from;
    this.turnTo(state);
    try {
      index = read.records(from);
      if (index < batch.count) {
        if (state.pending >= state.isolation.limit) {
          state.next = batch.offset(index);
          await this.partitions.flush(state);
        } else if (!(await this.waitForMonitor(state, read.row))) {
          this.leave(state, batch, index);
          return undefined;
        }
      }
    } catch (error) {
      this.partitions.stumbled(state, error);
    }
    if (state.aligned) return index;
    await this.partitions.rest(state);
    return undefined;
  }

  /** The rows that come now are this partition's. */
  turnTo({ partition }: PartitionState): void {
    this.nowReadMs = this.readMs.get(partition) ?? this.elapsed();
  }

  /** May the monitor of a row that has none still turn up? */
  mayAppear(row: CountedRow): boolean {
    return this.unknown.mayAppear(versionKey(row), this.nowReadMs);
  }

  /** False when the work was cut off before anything was found out: the row must not be counted now. */
  async waitForMonitor(state: PartitionState, last: CountedRow): Promise<boolean> {
    const row = { ...last };
    const isKnown = (): boolean => this.routing.table().route(row) !== undefined;
    const readMs = this.readMs.get(state.partition) ?? this.elapsed();
    const key = versionKey(row);
    const waited = await this.unknown.wait(key, readMs, isKnown, () => this.partitions.isRunning(state));
    intakeMetrics.heldSeconds.inc(waited / 1000);
    const { project, model, version, deploymentId } = row;
    const fields = { project, model, version, deploymentId, partition: state.partition, waitedMs: waited };
    if (isKnown()) this.log.info('waited for the monitor of a new version', fields);
    else if (this.unknown.mayAppear(key, readMs)) return false;
    else this.log.warn('predictions of a version that no monitor watches', fields);
    return true;
  }

  /** What was read before a record is kept to be flushed; whoever reads on begins with it. */
  private leave(state: PartitionState, batch: RecordBatch, index: number): void {
    state.next = batch.offset(index);
    state.control?.seek(state.partition, state.next);
  }

  private skip(state: PartitionState, batch: RecordBatch): void {
    const from = state.next > state.stored ? state.next : state.stored;
    const gone = batch.firstOffset - from;
    state.next = batch.firstOffset;
    if (gone <= 0n || state.fresh) return;
    intakeMetrics.skippedOffsets.inc({ topic: batch.topic }, Number(gone));
    const where = { topic: batch.topic, partition: batch.partition, from: String(from), to: String(batch.firstOffset) };
    if (state.steady) this.log.debug('offsets without records', where);
    else this.log.error('records were gone before they were read', where);
  }
}

function versionKey(row: CountedRow): string {
  return [row.project, row.model, row.version, row.endpoint, row.deploymentId].join('\u0000');
}
