import { expect, test } from '@jest/globals';
import { aTarget } from '../../test/an-endpoint.js';
import { routeByVersion, routeByWeight, unitHash } from './routing.js';

const stable = aTarget({ version: '1', weight: 90, variant: 'stable' });
const candidate = aTarget({ version: '2', weight: 10, variant: 'candidate' });
const ids = Array.from({ length: 20_000 }, (_, i) => `0192f0c4-${i.toString(16).padStart(4, '0')}-7000-8000-00000000${(i * 7) % 10_000}`);

test('shares follow the weights', () => {
  const share = ids.filter((id) => routeByWeight([stable, candidate], id) === candidate).length / ids.length;
  expect(share).toBeGreaterThan(0.09);
  expect(share).toBeLessThan(0.11);
});

test('the same id goes the same way, in whatever order the targets are listed', () => {
  for (const id of ids.slice(0, 200)) expect(routeByWeight([candidate, stable], id)).toBe(routeByWeight([stable, candidate], id));
});

test('a candidate that grows keeps the ids it has', () => {
  const grown = [
    { ...stable, weight: 50 },
    { ...candidate, weight: 50 },
  ];
  for (const id of ids.slice(0, 2000)) {
    if (routeByWeight([stable, candidate], id) === candidate) expect(routeByWeight(grown, id)!.version).toBe('2');
  }
});

test('without weight there is no traffic, and shadows get none', () => {
  expect(routeByWeight([{ ...stable, weight: 0 }], 'x')).toBeUndefined();
  expect(routeByWeight([{ ...candidate, variant: 'shadow', weight: 100 }], 'x')).toBeUndefined();
  expect(routeByWeight([], 'x')).toBeUndefined();
  expect(
    routeByWeight(
      [
        { ...stable, weight: 0 },
        { ...candidate, weight: 100 },
      ],
      'x',
    )!.version,
  ).toBe('2');
});

test('a version is reached by name, whatever its weight', () => {
  expect(routeByVersion([stable, { ...candidate, weight: 0 }], '2')!.version).toBe('2');
  expect(routeByVersion([stable], '9')).toBeUndefined();
});

test('the hash spreads similar ids evenly', () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (const id of ids) buckets[Math.floor(unitHash(id) * 10)]! += 1;
  for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
});
