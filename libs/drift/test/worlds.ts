import type { ColumnValue, FeatureSpec } from '../src/feature.js';
import { addValue, buildBaseline } from '../src/build-baseline.js';
import type { BaselineDocument } from '../src/baseline.js';
import { FeatureLayout } from '../src/layout.js';
import { WindowCounts } from '../src/window-counts.js';
import { Random } from './random.js';

/** Traffic to simulate: how many columns of each kind, and what disturbs the textbook. */
export interface World {
  readonly numeric: number;
  readonly categorical: number;
  /** Correlation between numeric columns. */
  readonly correlation?: number;
  /** Student degrees of freedom; absent means normal. */
  readonly tails?: number;
  /** Values are rounded to this step, which makes ties. */
  readonly step?: number;
  /** Categories, with shares falling as 1/rank. */
  readonly categories?: number;
  /** Standard deviation of a shift common to all rows of a window. */
  readonly dayEffect?: number;
  /** Shift of the first column, in standard deviations. */
  readonly shift?: number;
}

export function specsOf(world: World): FeatureSpec[] {
  return [
    ...Array.from({ length: world.numeric }, (_, i): FeatureSpec => ({ name: `n${i}`, kind: 'numeric' })),
    ...Array.from({ length: world.categorical }, (_, i): FeatureSpec => ({ name: `c${i}`, kind: 'categorical' })),
  ];
}

function cumulativeShares(categories: number): number[] {
  const weights = Array.from({ length: categories }, (_, i) => 1 / (i + 1));
  const total = weights.reduce((a, b) => a + b);
  let sum = 0;
  return weights.map((w) => (sum += w / total));
}

/** Draws the rows of one period; the row given to `take` is reused. */
export function drawRows(world: World, rows: number, random: Random, take: (row: ColumnValue[]) => void): void {
  const { numeric, categorical, correlation = 0, tails, step, dayEffect = 0, shift = 0 } = world;
  const cumulative = cumulativeShares(world.categories ?? 8);
  const offsets = Array.from({ length: numeric }, (_, f) => (dayEffect > 0 ? random.normal() * dayEffect : 0) + (f === 0 ? shift : 0));
  const row: ColumnValue[] = Array.from({ length: numeric + categorical }, () => null);
  for (let i = 0; i < rows; i += 1) {
    const common = random.normal();
    const divisor = tails === undefined ? 1 : Math.sqrt(chiSquare(random, tails) / tails);
    for (let f = 0; f < numeric; f += 1) {
      const own = Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * random.normal();
      const x = own / divisor + offsets[f]!;
      row[f] = step === undefined ? x : Math.round(x / step) * step;
    }
    for (let c = 0; c < categorical; c += 1) row[numeric + c] = `v${random.pick(cumulative)}`;
    take(row);
  }
}

function chiSquare(random: Random, df: number): number {
  let sum = 0;
  for (let i = 0; i < df; i += 1) sum += random.normal() ** 2;
  return sum;
}

export interface Simulation {
  readonly baseline: BaselineDocument;
  readonly layout: FeatureLayout;
}

/** A baseline of `periods` periods of equal size, with `rows` rows in all. */
export function simulateBaseline(world: World, rows: number, periods: number, random: Random): Simulation {
  const specs = specsOf(world);
  const columns = specs.map(() => [] as ColumnValue[]);
  const times: number[] = [];
  for (let period = 0; period < periods; period += 1) {
    drawRows({ ...world, shift: 0 }, Math.floor(rows / periods), random, (row) => {
      row.forEach((value, f) => columns[f]!.push(value));
      times.push(period * 86_400_000);
    });
  }
  const baseline = buildBaseline({
    features: specs,
    columns: Object.fromEntries(specs.map((spec, f) => [spec.name, columns[f]!])),
    times,
  });
  return { baseline, layout: new FeatureLayout(baseline) };
}

export function simulateWindow({ layout }: Simulation, world: World, rows: number, random: Random): WindowCounts {
  const window = new WindowCounts(layout);
  drawRows(world, rows, random, (row) => {
    window.addRow();
    for (let slot = 0; slot < row.length; slot += 1) addValue(window, slot, row[slot]);
  });
  return window;
}
