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
/** Records of a flush that are asked for theirs: one after the other they often have the same. */
const MOST_SOUGHT = 64;
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
    if (target === undefined) {
      const account = state.account(NO_MONITOR);
      account.consumed += 1;
      if (repeated) account.deduplicated += 1;
      else state.countUnrouted(row.project, row.model ?? `deployment ${row.deploymentId ?? ''}`, row.version ?? '');
      return;
    }
    const share = state.share(target);
    const { account, watermark } = share;
    account.consumed += 1;
    const startMs = windowStart(row.timeMs, target.timing.windowMs);
    const arrival = arrivalOf(startMs, watermark.ms, target.timing);
    if (repeated) {
      account.deduplicated += 1;
      if (arrival !== 'beyond-horizon') share.part(startMs).deduplicated += 1;
      return;
    }
    if (arrival === 'beyond-horizon') {
      account.beyondHorizon += 1;
      return;
    }
    account.counted += 1;
    if (row.timeMs > watermark.ms) watermark.ms = row.timeMs;
    const part = share.part(startMs);
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
      const share = state.share(target);
      if (arrivalOf(startMs, share.watermark.ms, target.timing) !== 'beyond-horizon') share.part(startMs).rejected += 1;
    }
    state.dead.add(message, found, rowNumber);
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
    const { keepRate } = target;
    const kept = keepRate >= 1 || (keepRate > 0 && isKept(source.id(), keepRate));
    const sought = state.linksSought < MOST_SOUGHT;
    if (!kept && !sought) return;
    const traceId = traceOf(state, source.traceparent(), sought);
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

function traceOf(state: PartitionState, traceparent: string | undefined, sought: boolean): string | null {
  if (sought) state.linksSought += 1;
  if (traceparent === undefined) return null;
  const match = TRACEPARENT.exec(traceparent);
  if (match === null) return null;
  if (sought && state.links.length < MOST_LINKS && state.links.at(-1) !== traceparent) state.links.push(traceparent);
  return match[1]!;
}
