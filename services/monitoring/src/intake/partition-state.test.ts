import { expect, test } from '@jest/globals';
import { RecentIds } from '../domain/recent-ids.js';
import { MOST_UNKNOWN, NO_MONITOR, PartitionState } from './partition-state.js';

test('unknown versions beyond the bound are counted without their names', () => {
  const state = new PartitionState(0, new RecentIds(10));
  for (let i = 0; i < 5000; i += 1) state.countUnrouted('default', 'ghost', `v${String(i % 2500)}`);
  expect(state.unrouted.size).toBe(MOST_UNKNOWN);
  const named = [...state.unrouted.values()].reduce((sum, { rows }) => sum + rows, 0);
  expect({ named, nameless: state.nameless }).toEqual({ named: 2 * MOST_UNKNOWN, nameless: 5000 - 2 * MOST_UNKNOWN });
  expect(state.account(NO_MONITOR).unrouted).toBe(5000);
  state.discard();
  expect({ names: state.unrouted.size, nameless: state.nameless }).toEqual({ names: 0, nameless: 0 });
});
