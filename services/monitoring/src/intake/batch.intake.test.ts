import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BatchControl, KafkaMessage, RecordBatch } from '@drawbridge/kafka';
import { buildBaseline, FeatureLayout } from '@drawbridge/drift';
import { createLogger } from '@drawbridge/telemetry';
import { anArrowMessage, types } from '../../test/arrow-tables.js';
import { aMessage } from '../../test/messages.js';
import { RoutingTable, type Target } from '../domain/routing.js';
import { BatchIntake } from './batch.intake.js';
import { Isolation } from './isolation.js';
import { PartitionState } from './partition-state.js';
import { RecentIds } from './recent-ids.js';

const NOW = Date.UTC(2026, 5, 1);
const layout = new FeatureLayout(
  buildBaseline({ features: [{ name: 'x', kind: 'numeric' }], columns: { x: Array.from({ length: 500 }, (_, i) => i) } }),
);

const targetOf = (version: string): Target => ({
  monitorId: `monitor-${version}`,
  project: 'default',
  endpoint: 'risk',
  model: 'credit',
  version,
  deploymentIds: [],
  createdMs: 0,
  timing: { windowMs: 60_000, latenessMs: 10_000, horizonMs: 600_000 },
  keepRate: 0,
  segments: [],
  layout,
});

interface Given {
  readonly version?: string;
  readonly status?: string;
}

/** One message of rows in order. */
function tableOf(name: string, rows: readonly Given[]): Buffer {
  return anArrowMessage(
    {
      predictionId: { type: types.text(), values: rows.map((_, i) => `${name}-${i}`) },
      version: { type: types.text(), values: rows.map(({ version = '1' }) => version) },
      status: { type: types.text(), values: rows.map(({ status = 'ok' }) => status) },
      'features.x': { type: types.float64(), values: rows.map((_, i) => i) },
    },
    { metadata: { 'drawbridge.model': 'credit', 'drawbridge.time': new Date(NOW - 1000).toISOString() } },
  );
}

describe('the intake of batches', () => {
  let known: Target[];
  let states: PartitionState[];
  let appear: () => void;
  let intake: BatchIntake;
  let copies: number;

  const batchOf = (partition: number, value: Buffer): RecordBatch => {
    const batch: Partial<RecordBatch> = {
      topic: 'prediction.batch.logged',
      partition,
      firstOffset: 0n,
      nextOffset: 1n,
      highWatermark: 1n,
      count: 1,
      offset: () => 0n,
      value: () => value,
      header: () => undefined,
      unreadable: () => undefined,
      message: (): KafkaMessage => {
        copies += 1;
        return aMessage(value, { headers: { from: 'a job' } });
      },
    };
    return batch as RecordBatch;
  };
  const control: BatchControl = {
    heartbeat: () => Promise.resolve(),
    isRunning: () => true,
    seek: () => undefined,
    commit: () => Promise.resolve(true),
  };
  const accountOf = (partition: number, version: string) => states[partition]!.account(`monitor-${version}`);

  beforeEach(() => {
    known = [targetOf('1')];
    copies = 0;
    states = [0, 1].map((partition) =>
      Object.assign(new PartitionState(partition, new RecentIds(1000), new Isolation(1000)), { aligned: true }),
    );
    const partitions = {
      state: (partition: number) => states[partition]!,
      due: () => false,
      stumbled: (_: unknown, error: unknown) => {
        throw error;
      },
    };
    const appeared = new Promise<void>((resolve) => {
      appear = resolve;
    });
    const unknown = {
      mayAppear: (version: string) => version.includes('new') && known.length === 1,
      wait: () => appeared.then(() => 0),
    };
    const log = createLogger('test', { write: () => true });
    const clock = { now: () => NOW, elapsed: () => 0 };
    intake = new BatchIntake(partitions as never, { table: () => new RoutingTable(known) }, unknown as never, clock, log);
  });

  test('counts the rows of a message that waits for a monitor as its own, whatever other partitions read meanwhile', async () => {
    const waiting = intake.handle(batchOf(0, tableOf('a', [{}, { version: 'new' }, {}, { version: 'new' }, {}])), control);
    await intake.handle(batchOf(1, tableOf('b', [{}, {}])), control);
    expect(accountOf(1, '1').counted).toBe(2);
    known.push(targetOf('new'));
    appear();
    await waiting;
    expect([accountOf(0, '1'), accountOf(0, 'new')]).toMatchObject([{ counted: 3 }, { counted: 2, deduplicated: 0 }]);
    expect(states.map(({ dead }) => dead.count)).toEqual([0, 0]);
  });

  test('copies a message once, however many of its rows are refused, and keeps of each no more than itself', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ status: i % 2 === 0 ? 'odd' : 'ok' }));
    await intake.handle(batchOf(0, tableOf('a', rows)), control);
    const [state] = states;
    expect([copies, state!.dead.count]).toEqual([1, 250]);
    const [first] = state!.dead;
    expect(first).toMatchObject({ row: 0, message: { headers: { from: 'a job', 'content-type': 'application/json' } } });
    expect(JSON.parse(first!.message.value!.toString())).toMatchObject({ predictionId: 'a-0', status: 'odd' });
    expect(state!.dead.bytes).toBeLessThan(500_000);
  });
});
