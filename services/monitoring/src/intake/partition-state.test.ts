import { expect, test } from '@jest/globals';
import { buildBaseline, FeatureLayout } from '@drawbridge/drift';
import { RecentIds } from './recent-ids.js';
import type { Target } from '../domain/routing.js';
import { Isolation } from './isolation.js';
import { MOST_UNKNOWN, NO_MONITOR, PartitionState } from './partition-state.js';

test('unknown versions beyond the bound are counted without their names', () => {
  const state = new PartitionState(0, new RecentIds(10), new Isolation(10));
  for (let i = 0; i < 5000; i += 1) state.countUnrouted('default', 'ghost', `v${String(i % 2500)}`);
  expect(state.unrouted.size).toBe(MOST_UNKNOWN);
  const named = [...state.unrouted.values()].reduce((sum, { rows }) => sum + rows, 0);
  expect({ named, nameless: state.nameless }).toEqual({ named: 2 * MOST_UNKNOWN, nameless: 5000 - 2 * MOST_UNKNOWN });
  expect(state.account(NO_MONITOR).unrouted).toBe(5000);
  state.discard();
  expect({ names: state.unrouted.size, nameless: state.nameless }).toEqual({ names: 0, nameless: 0 });
});

test('parts leave memory when their window is over, or when no row comes for it any more', () => {
  const state = new PartitionState(0, new RecentIds(10), new Isolation(10));
  const layout = new FeatureLayout(
    buildBaseline({ features: [{ name: 'x', kind: 'numeric' }], columns: { x: Array.from({ length: 1000 }, (_, i) => i) } }),
  );
  const target = (model: number): Target => ({
    monitorId: `monitor-${String(model)}`,
    project: 'default',
    endpoint: 'risk',
    model: `model-${String(model)}`,
    version: '1',
    deploymentIds: [],
    createdMs: 0,
    timing: { windowMs: 60_000, latenessMs: 10_000, horizonMs: 600_000 },
    keepRate: 1,
    segments: [],
    layout,
  });
  const flush = (): boolean => state.flushed(0n, new Map(state.dirtyParts().map((open) => [open, open.part])));
  const parts = (): number => [...state.parts.values()].reduce((sum, byStart) => sum + byStart.size, 0);
  const models = Array.from({ length: 100 }, (_, model) => target(model));
  // Windows pass one after the other: of each model only those that may still get rows stay.
  for (let window = 0; window < 50; window += 1) {
    for (const model of models) {
      state.openPart(model, window * 60_000);
      state.watermark(model.monitorId).ms = window * 60_000 + 30_000;
    }
    // In each minute the windows of the minute before are passed, by their lateness too: only then something can be complete.
    expect([flush(), flush()]).toEqual([window > 0, false]);
    expect(parts()).toBeLessThanOrEqual(models.length);
  }
  // One model goes on, the others fall silent.
  for (let i = 0; i < 200; i += 1) {
    state.openPart(models[0]!, 49 * 60_000);
    flush();
  }
  expect([parts(), state.parts.size]).toEqual([1, 1]);
});
