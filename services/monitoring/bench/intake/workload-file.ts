import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordBatch } from '@drawbridge/kafka';
import { type BaselineDocument, FeatureLayout } from '@drawbridge/drift';
import { type Target, RoutingTable } from '../../src/domain/routing.js';

/** What `infra/bench` wrote for a run: the events, one per line, and what their models were trained on. */
export interface Workload {
  readonly bytes: Buffer;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly baseline: BaselineDocument;
  readonly models: readonly string[];
}

export function readWorkload(folder: string): Workload {
  const bytes = readFileSync(join(folder, 'events.ndjson'));
  const start: number[] = [];
  const end: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const line = bytes.indexOf(10, at);
    start.push(at);
    end.push(line);
    at = line + 1;
  }
  return { bytes, start: Int32Array.from(start), end: Int32Array.from(end), ...readModels(folder) };
}

export function readModels(folder: string): Pick<Workload, 'baseline' | 'models'> {
  const document = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return { baseline: document('baseline.json') as BaselineDocument, models: document('models.json') as string[] };
}

export const WINDOW_MS = 60_000;
export const LATENESS_MS = 10_000;
export const HORIZON_MS = 2 * 86_400_000;

/** A monitor for every model of the workload. */
export function routingOf({ baseline, models }: Pick<Workload, 'baseline' | 'models'>, keepRate = 1): RoutingTable {
  const targets = models.map((model, index): Target => ({
    monitorId: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    project: 'default',
    endpoint: 'bench',
    model,
    version: '3',
    deploymentIds: [],
    createdMs: 0,
    keepRate,
    segments: [],
    timing: { windowMs: WINDOW_MS, latenessMs: LATENESS_MS, horizonMs: HORIZON_MS },
    layout: new FeatureLayout(baseline),
  }));
  return new RoutingTable(targets);
}

/** About what one partition of a fetch holds. */
const BATCH = 1500;
const TRACEPARENT = Buffer.from('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');

/** The workload as a log in memory: batches as the reader of Kafka hands them out, one partition. */
export function* batchesOf({ bytes, start, end }: Workload): Generator<RecordBatch> {
  for (let from = 0; from < start.length; from += BATCH) {
    const to = Math.min(from + BATCH, start.length);
    yield new MemoryBatch({ bytes, start: start.subarray(from, to), end: end.subarray(from, to) }, from, start.length);
  }
}

class MemoryBatch implements RecordBatch {
  readonly topic = 'prediction.logged';
  readonly partition = 0;
  readonly count: number;
  readonly firstOffset: bigint;
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  readonly offsets: Float64Array;

  constructor(
    readonly values: RecordBatch['values'],
    first: number,
    total: number,
  ) {
    this.count = values.start.length;
    this.firstOffset = BigInt(first);
    this.nextOffset = BigInt(first + this.count);
    this.highWatermark = BigInt(total);
    this.offsets = Float64Array.from({ length: this.count }, (_, index) => first + index);
  }

  value(index: number): Buffer {
    return this.values.bytes.subarray(this.values.start[index]!, this.values.end[index]!);
  }

  key(): null {
    return null;
  }

  offset(index: number): bigint {
    return this.firstOffset + BigInt(index);
  }

  timestamp(): number {
    return 0;
  }

  header(_: number, name: string): string | undefined {
    return name === 'traceparent' ? TRACEPARENT.toString('latin1') : undefined;
  }

  message(index: number): ReturnType<RecordBatch['message']> {
    const { topic, partition } = this;
    return { topic, partition, offset: this.offset(index), timestamp: 0, key: null, value: this.value(index), headers: {} };
  }

  unreadable(): undefined {
    return undefined;
  }
}
