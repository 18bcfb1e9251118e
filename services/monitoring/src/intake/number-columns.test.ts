import { expect, test } from '@jest/globals';
import { buildBaseline, FeatureLayout, WindowCounts } from '@drawbridge/drift';
import { giveRoom, takeRoom } from './decode/column-memory.js';
import { holes } from './decode/kernel.js';
import { FALSE, NULL, NUMBER, TEXT, TRUE, WAITING_BYTES } from './decode/kernel-layout.js';
import { fitColumns, NumberColumns } from './number-columns.js';
import type { NumericSlot } from './number-column.js';

const FEATURES = 20;

/** Heavy-tailed, so that most edges are in the first cell of the table of bins. */
const sample = Array.from({ length: 1000 }, (_, i) => Math.exp(i / 50));
const names = Array.from({ length: FEATURES }, (_, i) => `f${i}`);
const layout = new FeatureLayout(
  buildBaseline({
    features: names.map((name) => ({ name, kind: 'numeric' as const })),
    columns: Object.fromEntries(names.map((name, i) => [name, sample.map((x) => x * (i + 1) - 100)])),
  }),
);
const slots: NumericSlot[] = layout.slots.map((slot) => {
  if (slot.feature.kind !== 'numeric') throw new TypeError('no number');
  return { hole: 3 * slot.index + 1, slot, feature: slot.feature, bins: layout.bins[slot.index]! };
});

/** Fills the holes as an event would, and adds the same to a window, value by value. */
function fill(row: number, expected: WindowCounts): void {
  expected.addRow();
  for (const { hole, slot, bins } of slots) {
    const odd = (row * 7 + slot.index) % 11;
    const edge = bins.edges[(row * 13 + slot.index) % bins.edges.length]!;
    const x = row % 3 === 0 ? edge : row % 3 === 1 ? edge + (row % 5) - 2 : row * slot.index;
    const [kind, value] = (
      [
        [NULL, NaN],
        [TEXT, Infinity],
        [TRUE, 1],
        [FALSE, 0],
      ] as const
    )[odd] ?? [NUMBER, x];
    holes.kind[hole] = kind;
    holes.number[hole] = x;
    expected.addNumeric(slot.index, value);
  }
}

test('count as windows do value by value, however many of them share the memory', () => {
  // Their tables need more room than there is.
  const all = Array.from({ length: 300 }, () => new NumberColumns(slots));
  const found = [new WindowCounts(layout), new WindowCounts(layout)];
  const expected = [new WindowCounts(layout), new WindowCounts(layout)];
  for (let row = 0; row < 3000; row += 1) {
    const to = row % 8 === 0 ? 1 : 0;
    fill(row, expected[to]!);
    if (row % 100 === 99) all[row % 300]!.countNow(found[to]!);
    else expect(all[row % 300]!.add(found[to]!)).toBe(true);
  }
  for (const columns of all) columns.settle();
  for (const which of [0, 1]) {
    expect([...found[which]!.counts]).toEqual([...expected[which]!.counts]);
    found[which]!.sums.forEach((sum, at) => expect(Math.abs(sum / expected[which]!.sums[at]! - 1)).toBeLessThan(1e-9));
  }
});

test('without room for rows that wait nothing is taken, and nothing is lost', () => {
  const columns = new NumberColumns(slots);
  const found = new WindowCounts(layout);
  const expected = new WindowCounts(layout);
  expect(takeRoom(WAITING_BYTES)).toBeDefined();
  fill(1, expected);
  expect(columns.add(found)).toBe(false);
  columns.countNow(found);
  giveRoom();
  fill(2, expected);
  expect(columns.add(found)).toBe(true);
  columns.settle();
  expect([...found.counts]).toEqual([...expected.counts]);
});

test('rows that are forgotten count nowhere', () => {
  const columns = new NumberColumns(slots);
  const found = new WindowCounts(layout);
  fill(1, new WindowCounts(layout));
  columns.add(found);
  columns.forget();
  columns.settle();
  expect([...found.counts].every((count) => count === 0)).toBe(true);
});

test('tables that have no room at all are not for the kernel', () => {
  expect([fitColumns(slots), fitColumns(Array.from({ length: 10_000 }, () => slots[0]!))]).toEqual([true, false]);
});
