import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Dice } from './dice.js';
import { Ledger } from './ledger.js';
import { isShifted, Load, type Row, type Sent } from './load.js';
import { T0, timing } from './models.js';

let folder: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawbridge-ledger-'));
  ledger = new Ledger(join(folder, 'ledger.ndjson'));
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

const row = (id: string, windows: number, part: Partial<Row> = {}): Row => ({
  id,
  model: 'hot',
  partition: 0,
  timeMs: T0 + windows * timing.windowMs,
  failed: false,
  score: 0.5,
  ...part,
});

const digestOf = (sent: readonly Sent[]): string => createHash('sha256').update(JSON.stringify(sent)).digest('hex');

test('the truth follows from the rows and the order of their partition', async () => {
  const rows = [
    row('a', 0.5),
    row('b', 0.6, { failed: true }),
    row('a', 0.5),
    row('c', 2),
    row('late', 0.9),
    row('elsewhere', 0.9, { partition: 1 }),
    row('d', 8),
    row('gone', 0.9),
    row('gone', 0.9),
  ];
  ledger.note(rows);
  const model = (await ledger.truth()).get('hot');
  expect(model).toMatchObject({ consumed: 9, counted: 6, deduplicated: 2, beyondHorizon: 1 });
  expect(model?.windows.get(T0)).toMatchObject({ n: 4, errors: 1, late: 1, deduplicated: 1 });
});

test('a seed gives the same load every time, with repeats, failures, late rows and windows that moved', async () => {
  const load = (): Load => new Load({ name: 'x', events: 40_000, partitions: 3, rowsPerWindow: 2000, firstWindow: 8 }, new Dice(5));
  const [one, other] = [load(), load()];
  const sent = one.take(1_000_000);
  // By digest: to compare tens of thousands of objects field by field takes longer than all the rest.
  expect(digestOf(other.take(1_000_000))).toBe(digestOf(sent));
  expect(one.done).toBe(true);
  ledger.note(sent.map(({ row: each }) => each));
  const all = [...(await ledger.truth()).values()];
  const sum = (of: (model: (typeof all)[number]) => number): number => all.reduce((total, model) => total + of(model), 0);
  expect(sum(({ counted, beyondHorizon }) => counted + beyondHorizon)).toBe(40_000);
  expect(sum(({ deduplicated }) => deduplicated)).toBeGreaterThan(500);
  expect(sum(({ beyondHorizon }) => beyondHorizon)).toBeGreaterThan(0);
  const windows = all.flatMap(({ windows: each }) => [...each.values()]);
  expect(windows.some(({ late }) => late > 0)).toBe(true);
  expect(windows.some(({ errors }) => errors > 0)).toBe(true);
  expect(windows.some(({ shifted }) => shifted)).toBe(true);
  expect(isShifted(3)).toBe(true);
  // Nothing waits here: on a machine with other work it is only slow.
}, 30_000);

test('a load that is ended goes on to the end of its window, with all its repeats', () => {
  const load = new Load({ name: 'x', events: Infinity, partitions: 3, rowsPerWindow: 2000, firstWindow: 0 }, new Dice(5));
  const sent = load.take(5000);
  load.end();
  sent.push(...load.take(10_000));
  expect(new Set(sent.map(({ row: each }) => each.id)).size).toBe(6000);
  expect([load.done, load.rows, load.nextWindow]).toEqual([true, 6000, 16]);
});
