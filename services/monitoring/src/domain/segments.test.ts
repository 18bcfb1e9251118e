import { describe, expect, test } from '@jest/globals';
import { addValue, buildBaseline, FeatureLayout } from '@drawbridge/drift';
import { seeded } from '../../test/world.js';
import { carrierOf, findSegment, segmentFindings } from './segments.js';
import { NONE } from './segment-values.js';
import { WindowPart } from './window-part.js';

const policy = { minRows: 200, materiality: 0.02 };
const random = seeded(11);
const normal = (): number => random() + random() + random() + random() - 2;
const sample = Array.from({ length: 20_000 }, normal);
const layout = new FeatureLayout(
  buildBaseline({
    features: [
      { name: 'x', kind: 'numeric' },
      { name: 'still', kind: 'numeric' },
      { name: 'hour', kind: 'calendar', calendar: 'hour' },
    ],
    columns: { x: sample, still: sample.map(normal), hour: sample.map(() => Math.floor(random() * 24)) },
  }),
);

/** Rows of a window by country; `shift` moves `x` there. */
function windowOf(countries: Readonly<Record<string, { rows: number; shift?: number }>>): WindowPart {
  const part = new WindowPart(layout);
  for (const [country, { rows, shift = 0 }] of Object.entries(countries)) {
    const bytes = Buffer.from(country);
    for (let i = 0; i < rows; i += 1) {
      const values = [normal() + shift, normal(), 3];
      const plan = Buffer.from(i % 2 === 0 ? 'basic' : 'plus');
      for (const tally of [part, part.segment('country').of(bytes, 0, bytes.length), part.segment('plan').of(plan, 0, plan.length)]) {
        tally.n += 1;
        tally.addScore(0.25);
        tally.addLatency(8);
        tally.counts.addRow();
        values.forEach((value, slot) => addValue(tally.counts, slot, value));
      }
    }
  }
  return part;
}

describe('the segments of a window', () => {
  const skipped = [{ feature: 'hour' }];

  test('are listed with what was counted, the one furthest from the baseline first', () => {
    const part = windowOf({ PL: { rows: 400, shift: 1 }, DE: { rows: 1500 }, '': { rows: 300 } });
    const found = segmentFindings(part, policy, skipped);
    expect(found.map(({ key, value, n }) => [key, value, n])).toEqual(
      expect.arrayContaining([
        ['country', 'PL', 400],
        ['country', 'DE', 1500],
        ['country', NONE, 300],
        ['plan', 'basic', 1100],
        ['plan', 'plus', 1100],
      ]),
    );
    expect(found[0]).toMatchObject({ key: 'country', value: 'PL', errors: 0, prediction: { mean: 0.25, n: 400 }, worst: { feature: 'x' } });
    expect(found[0]!.worst!.effect).toBeGreaterThan(1);
    expect(found[0]!.p95Ms).toBeGreaterThan(7);
    expect(found.find(({ value }) => value === 'DE')!.worst!.effect).toBeLessThan(policy.materiality);
  });

  test('below the least number of rows are counted, not compared; calendar fields that were set aside neither', () => {
    const found = segmentFindings(windowOf({ PL: { rows: 199, shift: 1 }, DE: { rows: 200 } }), policy, skipped);
    expect(found.find(({ value }) => value === 'PL')).toEqual(expect.not.objectContaining({ worst: expect.anything() }));
    expect(found.map(({ worst }) => worst?.feature)).not.toContain('hour');
  });

  test('name the smallest one that carries a change, and none where all have moved', () => {
    const one = windowOf({ PL: { rows: 400, shift: 1.5 }, DE: { rows: 1500 } });
    expect(carrierOf(one, 'x', policy)).toMatchObject({ key: 'country', value: 'PL', rows: 400 });
    expect(carrierOf(one, 'still', policy)).toBeUndefined();
    expect(carrierOf(windowOf({ PL: { rows: 400, shift: 1.5 }, DE: { rows: 1500, shift: 1.5 } }), 'x', policy)).toBeUndefined();
    // What is left must be enough to say that it has not moved.
    expect(carrierOf(windowOf({ PL: { rows: 400, shift: 1.5 }, DE: { rows: 150 } }), 'x', policy)).toBeUndefined();
  });

  test('are found by their name, whatever is in it', () => {
    const { segments } = windowOf({ 'a:b': { rows: 1 }, '': { rows: 2 } });
    expect(findSegment(segments!, 'country:a:b')?.n).toBe(1);
    expect(findSegment(segments!, `country:${NONE}`)?.n).toBe(2);
    expect([findSegment(segments!, 'country:c'), findSegment(segments!, 'country')]).toEqual([undefined, undefined]);
  });
});
