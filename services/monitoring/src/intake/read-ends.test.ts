import { beforeEach, describe, expect, test } from '@jest/globals';
import { Isolation } from './isolation.js';
import { PartitionState } from './partition-state.js';
import { ReadEnds } from './read-ends.js';
import { RecentIds } from './recent-ids.js';

describe('that a partition is read to its end', () => {
  /** Milliseconds; the database's clock and that of the process are at one. */
  let now: number;
  let state: PartitionState;
  let lag: bigint;
  let kafkaAsked: number;
  let noted: { lanes: readonly number[]; atMs: number }[];
  let whileAsking: () => void;

  /** Every question takes its time on the way there and back. */
  const onTheWay = (): void => {
    now += 40;
  };

  const look = (): Promise<void> => {
    const eventLog = {
      lag: async () => {
        kafkaAsked = now;
        onTheWay();
        const answer = [{ topic: 'prediction.logged', partition: 0, lag }];
        whileAsking();
        onTheWay();
        return answer;
      },
    };
    const watermarks = {
      nowMs: async () => {
        onTheWay();
        const ms = now;
        onTheWay();
        return ms;
      },
      caughtUp: async (lanes: readonly number[], atMs: number) => {
        onTheWay();
        noted.push({ lanes, atMs });
      },
    };
    return new ReadEnds(
      eventLog,
      { all: () => [state] },
      watermarks,
      { hasOpen: async () => true },
      { quietMs: 100, elapsed: () => now, topic: 'prediction.logged', group: 'monitoring.intake', progressed: () => undefined },
    ).look();
  };

  beforeEach(() => {
    now = 10_000;
    state = new PartitionState(0, new RecentIds(10), new Isolation(100), 7);
    lag = 0n;
    noted = [];
    whileAsking = () => undefined;
  });

  test('is noted with a time before Kafka was asked: a row that comes after the answer is later', async () => {
    await look();
    expect(noted).toMatchObject([{ lanes: [7] }]);
    expect(noted[0]!.atMs).toBeLessThanOrEqual(kafkaAsked);
    expect(noted[0]!.atMs).toBeGreaterThan(10_000);
  });

  test('is not said of one that has more, or that got a batch meanwhile', async () => {
    lag = 1n;
    await look();
    lag = 0n;
    whileAsking = () => {
      state.lastBatchMs = now;
    };
    await look();
    expect(noted.flatMap(({ lanes }) => lanes)).toEqual([]);
  });
});
