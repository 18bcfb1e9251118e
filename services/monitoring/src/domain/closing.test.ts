import { describe, expect, test } from '@jest/globals';
import { closable, isIdle, type Progress, watermarkOf } from './closing.js';

const rule = { windowMs: 60_000, latenessMs: 10_000, idleMs: 2000 };
const wall = 1_000_000;

function partition(number: number, part: Partial<Progress> = {}): Progress {
  return { partition: number, watermarkMs: undefined, lastRowWallMs: wall, caughtUpWallMs: undefined, ...part };
}

describe('when windows are complete', () => {
  test('every partition must have passed the end by the lateness', () => {
    const both = (second: number): Progress[] => [partition(0, { watermarkMs: 500_000 }), partition(1, { watermarkMs: second })];
    const open = [
      { startMs: 0, ripeMs: undefined },
      { startMs: 60_000, ripeMs: undefined },
    ];
    expect(closable(open, both(69_999), rule)).toEqual({ close: [], ripe: [] });
    expect(closable(open, both(70_000), rule)).toEqual({ close: [0], ripe: [] });
    expect(closable(open, both(130_000), rule)).toEqual({ close: [0, 60_000], ripe: [] });
  });

  test('a partition nobody has read holds everything open', () => {
    expect(watermarkOf([partition(0, { watermarkMs: 1e9 }), partition(1)], rule)).toBe(-Infinity);
    expect(watermarkOf([], rule)).toBe(-Infinity);
  });

  test('idle means read to the end long enough after the last row', () => {
    expect(isIdle(partition(0, { caughtUpWallMs: wall + 1999 }), rule)).toBe(false);
    expect(isIdle(partition(0, { caughtUpWallMs: wall + 2000 }), rule)).toBe(true);
  });

  test('an idle partition must be seen idle again after the others passed', () => {
    const progress = (caughtUpWallMs: number): Progress[] => [
      partition(0, { watermarkMs: 500_000 }),
      partition(1, { watermarkMs: 5000, caughtUpWallMs }),
    ];
    const fresh = [{ startMs: 0, ripeMs: undefined }];
    expect(closable(fresh, progress(wall + 3000), rule)).toEqual({ close: [], ripe: [0] });
    const ripe = [{ startMs: 0, ripeMs: wall + 4000 }];
    expect(closable(ripe, progress(wall + 3000), rule)).toEqual({ close: [], ripe: [] });
    expect(closable(ripe, progress(wall + 4000), rule)).toEqual({ close: [0], ripe: [] });
  });

  test('the end of a stream closes its last window', () => {
    const silent = [partition(0, { watermarkMs: 30_000, caughtUpWallMs: wall + 9000 }), partition(1, { caughtUpWallMs: wall + 9000 })];
    expect(closable([{ startMs: 0, ripeMs: wall + 8000 }], silent, rule).close).toEqual([0]);
  });
});
