import { expect, test } from '@jest/globals';
import { FeatureLayout } from '@drawbridge/drift';
import fc from 'fast-check';
import { RoutingTable, type Target } from '../domain/routing.js';
import { windowCounts } from '../domain/summary.js';
import { arrivalOf, windowStart } from '../domain/window-time.js';
import { Isolation } from './isolation.js';
import { PartitionState } from './partition-state.js';
import { aMessage } from '../../test/messages.js';
import { PredictionCodec } from './prediction.codec.js';
import { RecentIds } from './recent-ids.js';
import { Reject } from './reject.js';
import { RowCounter } from './row-counter.js';
import type { RowSource } from './row-source.js';

const timing = { windowMs: 60_000, latenessMs: 10_000, horizonMs: 300_000 };
const target: Target = {
  monitorId: 'monitor-1',
  project: 'default',
  endpoint: 'risk',
  model: 'credit',
  version: '1',
  deploymentIds: [],
  createdMs: 0,
  timing,
  keepRate: 0,
  segments: [],
  layout: new FeatureLayout({ format: 'drawbridge.baseline/1', rows: 0, features: [] }),
};

const event = fc.record({
  id: fc.nat({ max: 60 }),
  timeMs: fc.integer({ min: 0, max: 900_000 }),
  failed: fc.boolean(),
  dropped: fc.constantFrom(undefined, undefined, 0, 3),
  rejected: fc.constantFrom(false, false, false, true),
});

/** What the accounts of rows must say, told from the events alone. */
function expectedOf(events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  const sums = { consumed: 0, counted: 0, deduplicated: 0, beyondHorizon: 0, unrouted: 0, deadLettered: 0 };
  const windows = new Map<number, { n: number; late: number; deduplicated: number; rejected: number; dropped: number }>();
  const seen = new Set<number>();
  let watermark = -Infinity;
  for (const { id, timeMs, dropped, rejected } of events) {
    const startMs = windowStart(timeMs, timing.windowMs);
    const arrival = arrivalOf(startMs, watermark, timing);
    const none = { n: 0, late: 0, deduplicated: 0, rejected: 0, dropped: 0 };
    // A window beyond its horizon hears of nothing any more.
    const window = arrival === 'beyond-horizon' ? none : (windows.get(startMs) ?? none);
    sums.consumed += 1;
    if (rejected) {
      sums.deadLettered += 1;
      window.rejected += 1;
    } else if (seen.has(id)) {
      sums.deduplicated += 1;
      window.deduplicated += 1;
    } else if (arrival === 'beyond-horizon') sums.beyondHorizon += 1;
    else {
      sums.counted += 1;
      window.n += 1;
      window.dropped += dropped ?? 0;
      if (arrival === 'late') window.late += 1;
      watermark = Math.max(watermark, timeMs);
    }
    if (!rejected) seen.add(id);
    if (arrival !== 'beyond-horizon') windows.set(startMs, window);
  }
  return { sums, windows };
}

test('every row is in one account; windows hold the late ones, and nothing of those beyond the horizon', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (events) => {
      const state = new PartitionState(0, new RecentIds(1000), new Isolation(100));
      const { row } = new PredictionCodec();
      const source: RowSource = {
        row,
        routable: true,
        id: () => row.predictionId,
        repeats: (recent, number) => recent.seen(row.project, row.predictionId, number),
        route: () => target,
        count: () => undefined,
        countNow: () => undefined,
        settle: () => undefined,
        tallyOf: (values) => values.missing(),
        traceparent: () => undefined,
        storedId: () => row.predictionId,
        storedClass: () => null,
        storedFeatures: () => null,
      };
      const table = new RoutingTable([target]);
      const counter = new RowCounter(source, { table: () => table });
      Object.assign(row, { project: 'default', model: 'credit', version: '1' });
      events.forEach(({ id, timeMs, failed, dropped, rejected }, number) => {
        Object.assign(row, { predictionId: `p-${id}`, timeMs, failed, dropped });
        if (rejected) counter.refuse(state, new Reject('wrong-type', 'output', 'no'), aMessage(null));
        else counter.take(state, target, number);
      });
      const { sums, windows } = expectedOf(events);
      if (events.length > 0) expect(state.account(target.monitorId)).toEqual(sums);
      const parts = state.parts.get(target.monitorId) ?? new Map<number, never>();
      expect([...parts.keys()].toSorted((a, b) => a - b)).toEqual([...windows.keys()].toSorted((a, b) => a - b));
      for (const [startMs, { part }] of parts) {
        const { dropped, ...counts } = windows.get(startMs)!;
        const view = windowCounts({ id: 'w', startMs, endMs: startMs + timing.windowMs, revision: 1 }, part);
        const expected = part.announces ? counts.n + dropped : null;
        expect(view).toMatchObject({ ...counts, expected, coverage: expected === null || expected === 0 ? null : counts.n / expected });
      }
      expect(state.late).toBe([...windows.values()].reduce((sum, { late }) => sum + late, 0));
    }),
  );
});
