import { FeatureLayout } from '@drawbridge/drift';
import type { WindowPart } from '../../src/domain/window-part.js';
import { MemoryIntake } from './memory-intake.js';
import { PlainIntake, type PlainWindow } from './plain.js';
import { batchesOf, readWorkload, routingOf } from './workload-file.js';

/**
 * Before any speed counts: the intake comes to the same windows as the plain reference, to the last cell, and rejects the
 * same events. Prints what was compared; ends with 1 and the first differences otherwise.
 *
 *   node dist/bench/intake/gate.js <folder>
 */
const workload = readWorkload(process.argv[2] ?? '');
const { bytes, start, end, baseline, models } = workload;

const plain = new PlainIntake(new FeatureLayout(baseline), new Set(models));
for (let i = 0; i < start.length; i += 1) plain.take(bytes.toString('utf8', start[i], end[i]), i);

const intake = new MemoryIntake(routingOf(workload), start.length);
for (const batch of batchesOf(workload)) await intake.take(batch);
await intake.end();

const { windows, rejected } = plain.result;
const differences: string[] = [];
expect('rejected', intake.rejected, rejected);
const keysOf = (of: ReadonlyMap<string, ReadonlyMap<number, unknown>>): string[] =>
  [...of].flatMap(([model, byStart]) => [...byStart.keys()].map((at) => `${model} ${at}`)).toSorted();
expect('windows', keysOf(intake.windows).join(), keysOf(windows).join());
let cells = 0;
for (const [model, byStart] of windows) {
  for (const [at, window] of byStart) compare(`${model} ${new Date(at).toISOString()}`, intake.windows.get(model)?.get(at), window);
}
for (const difference of differences.slice(0, 20)) process.stderr.write(`${difference}\n`);
const sum = (pick: (window: PlainWindow) => number): number =>
  [...windows.values()].flatMap((byStart) => [...byStart.values()]).reduce((total, window) => total + pick(window), 0);
process.stdout.write(
  `${JSON.stringify({
    events: start.length,
    counted: sum(({ n }) => n),
    late: sum(({ late }) => late),
    deduplicated: sum(({ deduplicated }) => deduplicated),
    rejected,
    windows: keysOf(windows).length,
    cells,
    differences: differences.length,
  })}\n`,
);
process.exitCode = differences.length === 0 ? 0 : 1;

function compare(name: string, found: WindowPart | undefined, expected: PlainWindow): void {
  if (found === undefined) return;
  for (const field of ['n', 'late', 'deduplicated', 'rejected'] as const) expect(`${name} ${field}`, found[field], expected[field]);
  expected.counts.forEach((value, cell) => expect(`${name} cell ${cell}`, found.counts.counts[cell], value));
  cells += expected.counts.length;
  for (let at = 0; at < expected.sums.length; at += 4) {
    for (const moment of [at, at + 1]) {
      const want = expected.sums[moment]!;
      const got = found.counts.sums[moment]!;
      // A sum of deviations may be near zero: what it is off by is judged by the size of what was added up.
      const size = Math.sqrt(Math.max(1, expected.n) * Math.max(expected.sums[at + 1]!, 1));
      if (Math.abs(got - want) > 1e-12 * Math.max(Math.abs(want), size)) differences.push(`${name} moment ${moment}: ${got}, not ${want}`);
    }
  }
}

function expect(name: string, got: unknown, want: unknown): void {
  if (got !== want) differences.push(`${name}: ${String(got).slice(0, 200)}, not ${String(want).slice(0, 200)}`);
}
