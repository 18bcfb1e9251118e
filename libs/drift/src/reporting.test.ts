import { describe, expect, test } from '@jest/globals';
import { FeatureLayout } from './layout.js';
import { reportingOf, sumGroups } from './reporting.js';

describe('the bins in which a feature is shown', () => {
  test('tell more than 256 categories apart', () => {
    const categories = Array.from({ length: 300 }, (_, i) => `c${String(i)}`);
    const counts = [...categories.map((_, i) => i + 1), 0, 0, 0, 0];
    const { slots } = new FeatureLayout({
      format: 'drawbridge.baseline/1',
      rows: 45_150,
      features: [{ name: 'c', kind: 'categorical', categories, others: [], othersTruncated: false, singletons: 0, counts }],
    });
    const { groups, labels, reference } = reportingOf(slots[0]!);
    expect(labels.length).toBe(302);
    expect(reference).toEqual(counts.slice(0, 302));
    expect(sumGroups(counts, groups)).toEqual(reference);
  });
});
