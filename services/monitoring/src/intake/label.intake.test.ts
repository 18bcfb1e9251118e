import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BatchControl, ConsumeBatchesOptions, EventLog, RecordBatch } from '@drawbridge/kafka';
import { createLogger, metrics } from '@drawbridge/telemetry';
import { LabelIntake } from './label.intake.js';
import { Setbacks } from './setbacks.js';

const label = Buffer.from(JSON.stringify({ predictionId: 'p-1', value: 1, observedAt: '2026-01-05T00:00:00Z' }));

/** Records from `first` on, one after the other. */
function batchOf(first: number, count = 1): RecordBatch {
  const batch: Partial<RecordBatch> = {
    topic: 'label.received',
    partition: 0,
    firstOffset: BigInt(first),
    nextOffset: BigInt(first + count),
    count,
    offsets: Float64Array.from({ length: count }, (_, index) => first + index),
    offset: (index) => BigInt(first + index),
    value: () => label,
    header: () => undefined,
    unreadable: () => undefined,
  };
  return batch as RecordBatch;
}

describe('the intake of labels', () => {
  let stored: bigint;
  let seeks: bigint[];
  let said: { level: string; message: string; from?: string; to?: string }[];
  let setbacks: Setbacks;
  let fail: Error | undefined;
  let handle: ConsumeBatchesOptions['handle'];

  const control: BatchControl = {
    heartbeat: () => Promise.resolve(),
    isRunning: () => true,
    seek: (_, offset) => void seeks.push(offset),
    commit: () => Promise.resolve(true),
  };
  const skipped = async (): Promise<number> => {
    const line = (await metrics.text()).split('\n').find((one) => one.startsWith('drawbridge_monitoring_skipped_offsets_total{'));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  const gone = () => said.filter(({ message }) => message === 'records were gone before they were read');

  beforeEach(async () => {
    stored = 100n;
    seeks = [];
    said = [];
    fail = undefined;
    const log = createLogger('test', {
      write: (line) => {
        said.push(JSON.parse(line) as (typeof said)[number]);
        return true;
      },
    });
    setbacks = new Setbacks('label.received', () => 0, log);
    const eventLog: Partial<EventLog> = {
      topicId: () => Promise.resolve('id'),
      lag: () => Promise.resolve([]),
      consumeBatches: (options) => {
        handle = (batch, of) => options.handle(batch, of);
        return Promise.resolve(undefined as never);
      },
    };
    const offsets = {
      load: () => Promise.resolve(stored),
      advance: (_tx: unknown, _topic: string, _id: string, _partition: number, from: bigint, to: bigint) => {
        if (fail !== undefined) throw fail;
        if (from !== stored) return Promise.resolve(false);
        stored = to;
        return Promise.resolve(true);
      },
    };
    const database = { transaction: <T>(work: (tx: unknown) => Promise<T>) => work({}) };
    const labels = { write: () => Promise.resolve() };
    const options = { now: () => Date.UTC(2026, 1), log, setbacks };
    await new LabelIntake(eventLog as EventLog, database as never, offsets as never, labels, {} as never, options).start();
  });

  test('tells and counts records that were gone before they were read, once, after it asked for them again', async () => {
    const before = await skipped();
    await handle(batchOf(130), control);
    expect([seeks, gone().length, stored]).toEqual([[100n], 0, 100n]);
    fail = new Error('the connection is lost');
    await expect(handle(batchOf(130), control)).rejects.toThrow('lost');
    fail = undefined;
    await handle(batchOf(130), control);
    expect(gone()).toMatchObject([{ level: 'error', from: '100', to: '130' }]);
    expect([(await skipped()) - before, stored]).toEqual([30, 131n]);
  });

  test('in steady reading a hole is counted, and is no error', async () => {
    const before = await skipped();
    await handle(batchOf(100), control);
    await handle(batchOf(102), control);
    expect([seeks, gone(), (await skipped()) - before, stored]).toEqual([[], [], 1, 103n]);
  });

  test('what was never read begins where its log begins', async () => {
    stored = 0n;
    const before = await skipped();
    await handle(batchOf(130), control);
    expect([seeks, gone(), (await skipped()) - before, stored]).toEqual([[], [], 0, 131n]);
  });

  test('a position that another process moved is no setback: the batch is handled again from there', async () => {
    await handle(batchOf(100), control);
    stored = 105n;
    await expect(handle(batchOf(101, 6), control)).rejects.toThrow('the position moved');
    expect(setbacks.health().detail).toBe('everything is stored');
    await handle(batchOf(101, 6), control);
    expect(stored).toBe(107n);
  });

  test('a database that is away is one', async () => {
    fail = new Error('the connection is lost');
    await expect(handle(batchOf(100), control)).rejects.toThrow('lost');
    expect(setbacks.health().detail).toBe('trying again');
  });
});
