import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOf } from './byte-hash.js';
import { RecentIds } from './recent-ids.js';

/** What the class promises, said plainly: the id occurred among the `size - 1` offsets before. */
function slowly(records: readonly { id: string; offset: number }[], size: number): boolean[] {
  return records.map(({ id, offset }, i) => records.slice(0, i).some((one) => one.id === id && one.offset > offset - size));
}

const log = fc
  .array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), step: fc.integer({ min: 1, max: 7 }) }), { maxLength: 60 })
  .map((steps) => {
    let offset = 0;
    return steps.map(({ id, step }) => ({ id, offset: (offset += step) }));
  });

describe('the ids of the last records', () => {
  test('are known as long as promised, over holes too', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 12 }), (records, size) => {
        const ids = new RecentIds(size);
        expect(records.map(({ id, offset }) => ids.seen('default', id, offset))).toEqual(slowly(records, size));
      }),
    );
  });

  test('are the same after a restart that reads so many records again', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 12 }), fc.nat(), (records, size, where) => {
        const crash = records.length === 0 ? 0 : where % records.length;
        const undisturbed = new RecentIds(size);
        const expected = records.map(({ id, offset }) => undisturbed.seen('default', id, offset));
        const restarted = new RecentIds(size);
        const stored = records[crash]?.offset ?? 0;
        for (const { id, offset } of records.slice(0, crash)) if (offset >= stored - size) restarted.seen('default', id, offset);
        expect(records.slice(crash).map(({ id, offset }) => restarted.seen('default', id, offset))).toEqual(expected.slice(crash));
      }),
    );
  });

  test('are apart by project, and told apart however many there are', () => {
    const ids = new RecentIds(5000);
    for (let n = 0; n < 4000; n += 1) expect(ids.seen(n % 2 === 0 ? 'a' : 'b', `größe-${String(n >> 1)}`, n)).toBe(false);
    for (let n = 0; n < 900; n += 1) expect(ids.seen(n % 2 === 0 ? 'a' : 'b', `größe-${String(n >> 1)}`, 4000 + n)).toBe(true);
    expect(ids.seen('a', '', 4999)).toBe(false);
  });

  test('are found through many generations and every growth of the table', () => {
    const size = 1000;
    const ids = new RecentIds(size);
    const last = new Map<string, number>();
    let seed = 7;
    for (let n = 0; n < 12_000; n += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const id = `id-${String((seed >>> 8) % 1700)}`;
      expect(ids.seen('default', id, n)).toBe((last.get(id) ?? -Infinity) > n - size);
      last.set(id, n);
    }
  });

  test('are found at once, though one id comes in thousands of projects, whose names are forgotten with their ids', () => {
    const ids = new RecentIds(20_000);
    const begun = process.cpuUsage();
    for (let n = 0; n < 60_000; n += 1) expect(ids.seen(`project-${String(n)}`, 'x', n)).toBe(false);
    for (let n = 0; n < 10_000; n += 1) expect(ids.seen(`project-${String(50_000 + n)}`, 'x', 60_000 + n)).toBe(true);
    // In one chain they would take minutes.
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(10);
    const { latest, before } = ids as unknown as Record<'latest' | 'before', { projects: Map<string, number> }>;
    expect(latest.projects.size + before.projects.size).toBeLessThanOrEqual(60_000);
  });

  test('are the same as text and as bytes', () => {
    const ids = new RecentIds(10);
    const bytes = new DataView(Uint8Array.from(Buffer.from('xxprediction-7xx')).buffer);
    expect(ids.seenBytes('a', bytes, 2, 14, hashOf('prediction-7'), 0)).toBe(false);
    expect(ids.seen('a', 'prediction-7', 1)).toBe(true);
    expect(ids.seenBytes('b', bytes, 2, 14, hashOf('prediction-7'), 2)).toBe(false);
  });
});
