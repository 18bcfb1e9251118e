import { expect, test } from '@jest/globals';
import { maxPayloadBytes } from '@drawbridge/outbox';
import { Isolation } from './isolation.js';
import { Partitions } from './partitions.js';
import { PartitionState } from './partition-state.js';
import { RecentIds } from './recent-ids.js';
import { Reject } from './reject.js';
import { aMessage } from '../../test/messages.js';

/** Without a database and Kafka: for what is decided before either is asked. */
function partitionsAt(elapsed: () => number, flushMs = 500): Partitions {
  return new Partitions(undefined as never, undefined as never, undefined as never, undefined as never, {
    topic: 'prediction.logged',
    group: 'monitoring.intake',
    strategy: 'swap',
    dedupeRecords: 10,
    flushRecords: 100,
    flushMs,
    commitMs: 1000,
    elapsed,
    log: undefined as never,
    setbacks: { over: () => undefined } as never,
    passed: () => undefined,
    replaced: () => undefined,
  });
}

test('a flush is due when records wait long enough or are many, and when the position moved without any', () => {
  const clock = { now: 1000 };
  const partitions = partitionsAt(() => clock.now);
  const dueAt = (nowMs: number, part: Partial<PartitionState>): boolean => {
    clock.now = nowMs;
    return partitions.due(Object.assign(new PartitionState(0, new RecentIds(10), new Isolation(100)), part));
  };
  const waiting = { next: 8n, stored: 5n, pending: 3, firstPendingMs: 1000, lastBatchMs: 1000 };
  expect([dueAt(1499, waiting), dueAt(1500, waiting), dueAt(1000, { ...waiting, pending: 100 })]).toEqual([false, true, true]);
  const moved = { next: 6n, stored: 5n, pending: 0, lastBatchMs: 1000 };
  expect([dueAt(1499, moved), dueAt(1500, moved), dueAt(9999, { ...moved, next: 5n })]).toEqual([false, true, false]);
  // Read again for the ids alone, before the stored position.
  expect(dueAt(9999, { ...moved, next: 2n })).toBe(false);
});

test('a commit to Kafka that failed is made again, and so is one that was told to a consumer that is gone', async () => {
  const clock = { now: 10_000 };
  const partitions = partitionsAt(() => clock.now);
  const told: bigint[] = [];
  let works = false;
  const control = {
    heartbeat: () => Promise.resolve(),
    seek: () => undefined,
    isRunning: () => true,
    commit: (_: number, next: bigint) => {
      told.push(next);
      return Promise.resolve(works);
    },
  };
  const assign = (): PartitionState => {
    partitions.assign([{ topic: 'prediction.logged', partition: 0 }]);
    return Object.assign(partitions.state(0), { aligned: true, stored: 7n, next: 7n, control });
  };
  const tick = async (): Promise<void> => {
    clock.now += 1000;
    await partitions.follow();
  };
  assign();
  await tick();
  works = true;
  await tick();
  await tick();
  expect(told).toEqual([7n, 7n]);
  assign();
  await tick();
  await tick();
  expect(told).toEqual([7n, 7n, 7n]);
});

test('what was told to Kafka in one assignment is no knowledge in the next', async () => {
  const clock = { now: 10_000 };
  const partitions = partitionsAt(() => clock.now);
  const told: bigint[] = [];
  let answer = (_done: boolean): void => undefined;
  const commit = (_: number, next: bigint): Promise<boolean> => {
    told.push(next);
    return new Promise((resolve) => (answer = resolve));
  };
  const control = { heartbeat: () => Promise.resolve(), seek: () => undefined, isRunning: () => true, commit };
  const assign = (): void => {
    partitions.assign([{ topic: 'prediction.logged', partition: 0 }]);
    Object.assign(partitions.state(0), { aligned: true, stored: 7n, next: 7n, control, committedAtMs: 0 });
  };
  assign();
  const following = partitions.follow();
  assign();
  answer(true);
  await following;
  void partitions.follow();
  expect(told).toEqual([7n, 7n]);
});

test('a partition whose batch is at work is left alone by the clock, and holds up no other', async () => {
  const partitions = partitionsAt(() => 5000);
  partitions.assign([0, 1].map((partition) => ({ topic: 'prediction.logged', partition })));
  const flushed: number[] = [];
  partitions.flush = (state) => {
    flushed.push(state.partition);
    return Promise.resolve();
  };
  for (const partition of [0, 1]) Object.assign(partitions.state(partition), { next: 8n, stored: 5n, pending: 3, firstPendingMs: 1000 });
  let done = (): void => undefined;
  const handling = partitions.state(0).exclusively(() => new Promise<void>((resolve) => (done = resolve)));
  await partitions.flushDue();
  expect(flushed).toEqual([1]);
  done();
  await handling;
  await partitions.flushDue();
  expect(flushed).toEqual([1, 0, 1]);
});

test('nobody waits for a monitor or rests when the process is to stop', () => {
  const partitions = partitionsAt(() => 0);
  const state = Object.assign(partitions.state(0), { control: { isRunning: () => true } });
  expect(partitions.isRunning(state)).toBe(true);
  partitions.hurry();
  expect(partitions.isRunning(state)).toBe(false);
});

test('a flush is due when enough records wait, or enough bytes of rows that are kept', () => {
  const partitions = partitionsAt(() => 0, 1000);
  const state = Object.assign(partitions.state(0), { pending: 99, stored: 0n, next: 99n });
  expect(partitions.due(state)).toBe(false);
  state.pending = 100;
  expect(partitions.due(state)).toBe(true);
  state.pending = 2;
  const row = { project: 'p', predictionId: 'id', monitorId: '0'.repeat(32), startMs: 0, timeMs: 0, score: 1, outputClass: null };
  const rest = { failed: false, latencyMs: NaN, traceId: null };
  state.kept.add({ ...row, ...rest, features: 'x'.repeat(5_000_000) });
  expect(partitions.due(state)).toBe(false);
  state.kept.add({ ...row, ...rest, features: 'x'.repeat(5_000_000) });
  expect(partitions.due(state)).toBe(true);
});

test('a flush is due when enough bytes of dead letters wait, of which no more is kept than will be stored', () => {
  const partitions = partitionsAt(() => 0, 1000);
  const state = Object.assign(partitions.state(0), { pending: 1, stored: 0n, next: 1n });
  const poison = aMessage(Buffer.alloc(5_000_000, 'x'));
  const why = new Reject('not-json', '(value)', 'the value is not JSON');
  for (let i = 0; i < 31; i += 1) state.dead.add(poison, why);
  expect(partitions.due(state)).toBe(false);
  state.dead.add(poison, why);
  expect(partitions.due(state)).toBe(true);
  const [first] = state.dead;
  expect([first?.message.value?.length, first?.whole?.bytes]).toEqual([maxPayloadBytes, 5_000_000]);
  state.discard();
  expect(state.dead.bytes).toBe(0);
});
