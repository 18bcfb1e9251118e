import type { KafkaMessage } from '@drawbridge/kafka';
import type { Target } from '../domain/routing.js';
import { isKept } from '../domain/keep-rate.js';
import type { WindowPart } from '../domain/window-part.js';
import { arrivalOf, windowStart } from '../domain/window-time.js';
import type { RoutingSource } from '../persistence/monitor.directory.js';
import { countSegments } from './count-segments.js';
import { NO_MONITOR, type PartitionState } from './partition-state.js';
import type { Reject } from './reject.js';
import type { RowSource } from './row-source.js';

/** Producer contexts linked from the span of one flush. */
const MOST_LINKS = 8;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Puts each row into exactly one account: counted, deduplicated, beyond the horizon, unrouted or dead-lettered. */
export class RowCounter {
  constructor(
    private readonly source: RowSource,
    private readonly routing: RoutingSource,
  ) {}

  /** `number` of a row grows within its partition. No await, no allocation by design. */
  take(state: PartitionState, target: Target | undefined, number: number): void {
    const { row } = this.source;
    const repeated = this.source.repeats(state.recent, number);
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
    if (target.segments.length > 0) countSegments(part, target, this.source);
    if (row.dropped !== undefined) {
      part.announces = true;
      part.dropped += row.dropped;
    }
    this.keep(state, target, startMs);
  }

  /** A row that can never be counted: `message` goes to the dead letters, and its window knows of it where it can. A row of a message of many has a number. */
  refuse(state: PartitionState, found: Reject, message: KafkaMessage, rowNumber?: number): void {
    const { source } = this;
    const target = source.routable && !found.beyondReading ? this.routing.table().route(source.row) : undefined;
    const account = state.account(target?.monitorId ?? NO_MONITOR);
    account.consumed += 1;
    account.deadLettered += 1;
    if (target !== undefined) {
      const startMs = windowStart(source.row.timeMs, target.timing.windowMs);
      const watermark = state.watermarks.get(target.monitorId) ?? -Infinity;
      if (arrivalOf(startMs, watermark, target.timing) !== 'beyond-horizon') state.part(target, startMs).rejected += 1;
    }
    state.dead.push({ message, reason: found.reason, detail: found.message, row: rowNumber });
  }

  /** A failed request has no answer to compare and often no valid input; it counts as an error only. */
  private countValues(target: Target, part: WindowPart): void {
    const { score } = this.source.row;
    if (!Number.isNaN(score)) part.addScore(score);
    this.source.count(part.counts, target.layout);
  }

  private keep(state: PartitionState, target: Target, startMs: number): void {
    const { source } = this;
    const { row } = source;
    const kept = target.keepRate >= 1 || isKept(source.id(), target.keepRate);
    if (!kept && state.links.length >= MOST_LINKS) return;
    const traceId = traceOf(state, source.traceparent());
    if (!kept) return;
    state.kept.add({
      project: row.project,
      predictionId: source.storedId(),
      monitorId: target.monitorId,
      startMs,
      timeMs: row.timeMs,
      score: row.score,
      outputClass: source.storedClass(),
      failed: row.failed,
      latencyMs: row.latencyMs,
      traceId,
      features: source.storedFeatures(),
    });
  }
}

function traceOf(state: PartitionState, traceparent: string | undefined): string | null {
  if (traceparent === undefined) return null;
  const match = TRACEPARENT.exec(traceparent);
  if (match === null) return null;
  if (state.links.length < MOST_LINKS && state.links.at(-1) !== traceparent) state.links.push(traceparent);
  return match[1]!;
}
