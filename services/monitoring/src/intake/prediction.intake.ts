import type { BatchControl, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { RoutingTable, Target } from '../domain/routing.js';
import { isKept } from '../domain/keep-rate.js';
import type { WindowPart } from '../domain/window-part.js';
import { arrivalOf, windowStart } from '../domain/window-time.js';
import type { RoutingSource } from '../persistence/monitor.directory.js';
import { intakeMetrics } from './intake.metrics.js';
import { NO_MONITOR, type PartitionState } from './partition-state.js';
import { countRow } from './count-row.js';
import { PredictionReader } from './prediction.reader.js';
import { Reject } from './reject.js';
import type { UnknownVersions } from './unknown-versions.js';
import { fit } from './position.js';
import type { Partitions } from './partitions.js';

/** Producer contexts linked from the span of one flush. */
const MOST_LINKS = 8;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Reads predictions batch by batch. Between two flushes all state is in memory and may be thrown away.
 * Every record read ends in exactly one account: counted, deduplicated, beyond the horizon, unrouted or dead-lettered.
 */
export class PredictionIntake {
  private readonly reader = new PredictionReader();

  constructor(
    private readonly partitions: Partitions,
    private readonly routing: RoutingSource,
    private readonly unknown: UnknownVersions,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {}

  handle(batch: RecordBatch, control: BatchControl): Promise<void> {
    const state = this.partitions.state(batch.partition);
    return state.exclusively(() => this.consume(state, batch, control));
  }

  private async consume(state: PartitionState, batch: RecordBatch, control: BatchControl): Promise<void> {
    state.control = control;
    if (!state.aligned) await this.partitions.align(state, batch);
    const place = fit(state, batch, this.now());
    if (place.kind === 'seek') {
      control.seek(batch.partition, state.next);
      return;
    }
    if (place.kind === 'hole') this.skip(state, batch);
    let index = place.kind === 'read' ? place.from : 0;
    while (index < batch.count) {
      index = this.read(state, batch, index);
      if (index < batch.count) await this.waitForMonitor(state, control);
    }
    if (batch.nextOffset > state.next) state.next = batch.nextOffset;
    state.steady = true;
    state.fresh = false;
    state.highWatermark = batch.highWatermark;
    state.lastBatchMs = this.now();
    this.log.debug('records read', { partition: state.partition, next: String(state.next), pending: state.pending });
    if (this.partitions.due(state)) await this.partitions.flush(state);
  }

  /** Reads records until the end, or to the first whose monitor may still appear. No await, no allocation by design. */
  private read(state: PartitionState, batch: RecordBatch, from: number): number {
    const now = this.now();
    const stored = Number(state.stored);
    const { offsets } = batch;
    this.reader.use(batch);
    for (let i = from; i < batch.count; i += 1) {
      const offset = offsets[i]!;
      if (offset < stored) {
        // Counted before a restart: only its id matters.
        const key = this.reader.readKey(i);
        if (key !== undefined) state.recent.seen(key, offset);
        continue;
      }
      if (state.pending === 0) state.firstPendingMs = now;
      const found = this.decode(batch, i, now);
      if (found !== undefined) {
        this.refuse(state, batch, i, found);
      } else {
        const target = this.route();
        if (target === undefined && this.unknown.mayAppear(this.versionKey())) return i;
        this.take(state, batch, i, offset, target);
      }
      state.pending += 1;
    }
    return batch.count;
  }

  /** Whatever a record holds, it must not stop the ones behind it. */
  private decode(batch: RecordBatch, index: number, now: number): Reject | undefined {
    const broken = batch.unreadable(index);
    if (broken !== undefined) return new Reject('unreadable', '(value)', broken);
    try {
      return this.reader.read(index, now);
    } catch (error) {
      return new Reject('unreadable', '(value)', error instanceof Error ? error.message : 'unknown');
    }
  }

  private take(state: PartitionState, batch: RecordBatch, index: number, offset: number, target: Target | undefined): void {
    const { row } = this.reader;
    const repeated = state.recent.seen(this.reader.key(), offset);
    const account = state.account(target?.monitorId ?? NO_MONITOR);
    account.consumed += 1;
    if (target === undefined) {
      if (repeated) account.deduplicated += 1;
      else state.countUnrouted(row.project, row.model ?? `deployment ${row.deploymentId ?? ''}`, row.version ?? '');
      return;
    }
    const startMs = windowStart(row.timeMs, target.timing.windowMs);
    const watermark = state.watermarks.get(target.monitorId) ?? -Infinity;
    const arrival = arrivalOf(startMs, watermark, target.timing);
    if (repeated) {
      account.deduplicated += 1;
      if (arrival !== 'beyond-horizon') state.part(target, startMs).deduplicated += 1;
      return;
    }
    if (arrival === 'beyond-horizon') {
      account.beyondHorizon += 1;
      return;
    }
    account.counted += 1;
    if (row.timeMs > watermark) state.watermarks.set(target.monitorId, row.timeMs);
    const part = state.part(target, startMs);
    part.n += 1;
    part.addTime(row.timeMs);
    if (arrival === 'late') {
      part.late += 1;
      state.late += 1;
    }
    if (row.failed) part.errors += 1;
    else this.countValues(target, part);
    if (!Number.isNaN(row.latencyMs)) part.addLatency(row.latencyMs);
    if (row.dropped !== undefined) {
      part.announces = true;
      part.dropped += row.dropped;
    }
    const traceId = this.traceOf(state, batch, index);
    if (!isKept(row.predictionId, target.keepRate)) return;
    state.kept.add({
      project: row.project,
      predictionId: row.predictionId,
      monitorId: target.monitorId,
      startMs,
      timeMs: row.timeMs,
      score: row.score,
      outputClass: row.outputClass ?? (row.outputValue === undefined || row.outputValue === null ? null : cleanText(row.outputValue)),
      failed: row.failed,
      latencyMs: row.latencyMs,
      traceId,
      features: this.reader.features(),
    });
  }

  /** A failed request has no answer to compare and often no valid input; it counts as an error only. */
  private countValues(target: Target, part: WindowPart): void {
    const { score } = this.reader.row;
    if (!Number.isNaN(score)) part.addScore(score);
    countRow(part.counts, target.layout, this.reader);
  }

  /** Events of one form and model go to one monitor, for as long as the monitors are the same. */
  private route(): Target | undefined {
    const table = this.routing.table();
    const { body, row } = this.reader;
    if (body === undefined) return table.route(row);
    const known = body.routed as { readonly table: RoutingTable; readonly target: Target | undefined } | undefined;
    if (known?.table === table) return known.target;
    const target = table.route(row);
    body.routed = { table, target };
    return target;
  }

  private refuse(state: PartitionState, batch: RecordBatch, index: number, found: Reject): void {
    const { reader } = this;
    const target = reader.routable && found.code !== 'unreadable' ? this.routing.table().route(reader.row) : undefined;
    const account = state.account(target?.monitorId ?? NO_MONITOR);
    account.consumed += 1;
    account.deadLettered += 1;
    if (target !== undefined) {
      const startMs = windowStart(reader.row.timeMs, target.timing.windowMs);
      const watermark = state.watermarks.get(target.monitorId) ?? -Infinity;
      if (arrivalOf(startMs, watermark, target.timing) !== 'beyond-horizon') state.part(target, startMs).rejected += 1;
    }
    state.dead.push({ message: batch.message(index), reason: found.reason, detail: found.message });
  }

  private versionKey(): string {
    const { row } = this.reader;
    return [row.project, row.model, row.version, row.endpoint, row.deploymentId].join('\u0000');
  }

  private traceOf(state: PartitionState, batch: RecordBatch, index: number): string | null {
    const traceparent = batch.header(index, 'traceparent');
    if (traceparent === undefined) return null;
    const match = TRACEPARENT.exec(traceparent);
    if (match === null) return null;
    if (state.links.length < MOST_LINKS) state.links.push(traceparent);
    return match[1]!;
  }

  private async waitForMonitor(state: PartitionState, control: BatchControl): Promise<void> {
    const row = { ...this.reader.row };
    const isKnown = (): boolean => this.routing.table().route(row) !== undefined;
    const waited = await this.unknown.wait(this.versionKey(), isKnown, () => control.isRunning());
    intakeMetrics.heldSeconds.inc(waited / 1000);
    const { project, model, version, deploymentId } = row;
    const fields = { project, model, version, deploymentId, partition: state.partition, waitedMs: waited };
    if (isKnown()) this.log.info('waited for the monitor of a new version', fields);
    else this.log.warn('predictions of a version that no monitor watches', fields);
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

function cleanText(value: number | string | boolean): string {
  return String(value).replaceAll('\u0000', '').slice(0, 200);
}
