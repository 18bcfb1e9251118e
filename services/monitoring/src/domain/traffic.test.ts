import { describe, expect, test } from '@jest/globals';
import { trafficChange } from './traffic.js';

describe('traffic', () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 5, 0, minute));
  const monitor = { version: '1', status: 'active' as const, trafficAt: at(5), closedAt: null, variant: 'stable' as const };
  const share = { version: '1', weight: 90, variant: 'stable' as const };

  test('follows the newest word', () => {
    expect(trafficChange(monitor, [share], at(6))).toEqual({ variant: 'stable', weight: 90, reopen: false });
    expect(trafficChange(monitor, [share], at(4))).toBeUndefined();
    expect(trafficChange(monitor, [], at(6))).toEqual({ variant: 'stable', weight: 0, reopen: false });
  });

  test('opens a version that comes back, but not by an older word', () => {
    const closed = { ...monitor, status: 'closed' as const, closedAt: at(7) };
    expect(trafficChange(closed, [share], at(8))?.reopen).toBe(true);
    expect(trafficChange(closed, [share], at(6))?.reopen).toBe(false);
  });
});
