import { completeSettings } from '@drawbridge/contracts';
import { describe, expect, test } from '@jest/globals';
import { addValue, type BaselineDocument, buildBaseline, FeatureLayout } from '@drawbridge/drift';
import { chooseExemplars } from './exemplars.js';
import { distributionOf } from './distribution.js';
import { cyclesCovered, judge, windowsNeeded } from './judge.js';
import { WindowPart } from './window-part.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const settings = completeSettings({ windowSeconds: 86_400, materiality: 0.02, minRows: 100 });

/** A world of a number, a place and an hour; fractions of a low-discrepancy sequence stand in for chance. */
function world(rows: number, part: { hourShift?: number; place?: string; from?: number } = {}) {
  const golden = 0.618_033_988_75;
  return Array.from({ length: rows }, (_, i) => {
    const u = ((i + 1) * golden) % 1;
    const v = ((i + 1) * 0.754_877_666) % 1;
    return {
      x: u * 10,
      place: part.place !== undefined && u < 0.4 ? part.place : u < 0.5 ? 'JFK' : 'BOS',
      hour: (Math.floor(v * 24) + (part.hourShift ?? 0)) % 24,
    };
  });
}

const baseline: BaselineDocument = (() => {
  const rows = world(20_000);
  return buildBaseline({
    features: [
      { name: 'x', kind: 'numeric' },
      { name: 'place', kind: 'categorical' },
      { name: 'hour', kind: 'calendar', calendar: 'hour', bands: [0, 6, 12, 18, 24] },
    ],
    columns: { x: rows.map((row) => row.x), place: rows.map((row) => row.place), hour: rows.map((row) => row.hour) },
    prediction: { spec: { name: 'score', kind: 'numeric' }, values: rows.map((row) => row.x / 10) },
  });
})();
const layout = new FeatureLayout(baseline);

function windowOf(rows: ReturnType<typeof world>, scoreShift = 0): WindowPart {
  const part = new WindowPart(layout);
  rows.forEach((row, i) => {
    part.n += 1;
    part.addTime((i * DAY) / rows.length);
    part.counts.addRow();
    addValue(part.counts, 0, row.x);
    addValue(part.counts, 1, row.place);
    addValue(part.counts, 2, row.hour);
    addValue(part.counts, 3, Math.min(1, row.x / 10 + scoreShift));
  });
  return part;
}

function judged(part: WindowPart, more: Partial<Parameters<typeof judge>[0]> = {}) {
  return judge({ part, startMs: 0, endMs: DAY, baseline, settings, recent: [part.counts], ...more });
}

describe('a window against its baseline', () => {
  test('is quiet when nothing moved', () => {
    const found = judged(windowOf(world(2000)));
    expect(found).toMatchObject({ verdict: 'quiet', mode: 'assured', skipped: [] });
    expect(found.features.map(({ feature }) => feature).toSorted()).toEqual(['hour', 'place', 'score', 'x']);
  });

  test('is alarming when hours shift, with the bands that moved', () => {
    const found = judged(windowOf(world(2000, { hourShift: 5 }).map((row) => ({ ...row, hour: row.hour < 8 ? 8 : row.hour }))));
    expect(found).toMatchObject({ verdict: 'alarming', severity: expect.stringMatching(/high|critical/), predictionOnly: false });
    const alarming = found.features.filter((finding) => finding.alarming);
    expect(alarming.map(({ feature }) => feature)).toEqual(['hour']);
    expect(alarming[0]?.topCells?.length).toBeGreaterThan(0);
  });

  test('keeps effects finite where the reference held nothing', () => {
    const found = judged(windowOf(world(2000, { place: 'XYZ' })));
    const effects = found.features.filter(({ feature }) => feature === 'place');
    expect(effects.map(({ test: name }) => name)).toEqual(expect.arrayContaining(['unseen-rate']));
    for (const { effect } of effects) expect(effect).toBeLessThan(20);
  });

  test('says when only the prediction moved', () => {
    expect(judged(windowOf(world(2000), 0.3))).toMatchObject({ verdict: 'alarming', predictionOnly: true });
  });

  test('of too few rows says nothing, without a baseline neither', () => {
    expect(judged(windowOf(world(99))).verdict).toBe('insufficient');
    expect(judged(windowOf(world(2000)), { baseline: undefined }).verdict).toBe('unjudged');
  });

  test('judges hours only in whole days that are filled to both ends', () => {
    const part = windowOf(world(2000));
    expect(cyclesCovered(part, 0, DAY)).toEqual(['hour']);
    expect(cyclesCovered(part, 0, HOUR)).toEqual([]);
    part.firstMs = 7 * HOUR;
    expect(cyclesCovered(part, 0, DAY)).toEqual([]);
    expect(judged(part).skipped).toContainEqual({ feature: 'hour', reason: expect.stringContaining('cover the day') });
  });

  test('knows how far back its sums reach', () => {
    expect([0, 3, 15, 63].map((number) => windowsNeeded(number * DAY, DAY, [1, 4, 16, 64]))).toEqual([0, 3, 15, 63]);
  });
});

describe('evidence', () => {
  const part = windowOf(world(2000, { place: 'XYZ' }));

  test('shows both distributions on the same cells', () => {
    for (const slot of layout.slots) {
      const view = distributionOf(slot, part.counts);
      expect(view.cells.reduce((sum, cell) => sum + cell.window, 0)).toBeCloseTo(1, 12);
      expect(view.cells.reduce((sum, cell) => sum + cell.reference, 0)).toBeCloseTo(1, 12);
      expect(view.cells.length).toBeLessThanOrEqual(18);
    }
  });

  test('names rows from cells that grew, traced ones first', () => {
    const candidate = (predictionId: string, place: string, traceId: string | null) => ({
      predictionId,
      traceId,
      features: JSON.stringify({ x: 5, place, hour: 3 }),
      score: 0.5,
      outputClass: null,
    });
    const found = chooseExemplars(
      [candidate('c', 'XYZ', null), candidate('b', 'XYZ', 't-1'), candidate('a', 'XYZ', null), candidate('d', 'JFK', 't-2')],
      layout,
      part.counts,
      ['place'],
    );
    expect(found.map(({ predictionId }) => predictionId)).toEqual(['b', 'a', 'c']);
    expect(found[0]).toMatchObject({ traceId: 't-1' });
  });
});
