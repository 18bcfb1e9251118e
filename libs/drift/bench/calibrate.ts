/**
 * Long simulation of what the budget promises: realised false alerts over many worlds, and how soon changes are found.
 * Writes docs/evidence/calibration.json. Seeded; a run takes some minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { clopperPearson } from '../src/intervals/clopper-pearson.js';
import { judgeWindow } from '../src/judge.js';
import { DEFAULT_POLICY, type JudgePolicy } from '../src/policy.js';
import { dueSums } from '../src/scales.js';
import type { WindowCounts } from '../src/window-counts.js';
import { Random } from '../test/random.js';
import { simulateBaseline, simulateWindow, type World } from '../test/worlds.js';

interface Setting {
  readonly name: string;
  readonly world: World;
  /** Reference rows, in this many periods. */
  readonly n: number;
  readonly periods?: number;
  /** Rows per window. */
  readonly m: number;
  readonly policy: JudgePolicy;
}

const REFERENCES = 20;
const WINDOWS = 128;
const MOST_SUMMED = 64;

const strict: JudgePolicy = { ...DEFAULT_POLICY, materiality: 0, budget: { atMost: 1, perWindows: 30 } };
const usual: JudgePolicy = { ...DEFAULT_POLICY, budget: { atMost: 1, perWindows: 30 } };
const mixed: World = { numeric: 8, categorical: 3 };

const undrifted: readonly Setting[] = [
  { name: 'normal, materiality 0', world: mixed, n: 5000, m: 500, policy: strict },
  { name: 'normal, materiality 0.01', world: mixed, n: 5000, m: 500, policy: usual },
  { name: 'reference as small as the window', world: mixed, n: 1000, m: 1000, policy: strict },
  { name: 'small reference', world: mixed, n: 500, m: 500, policy: strict },
  { name: 'large reference and windows', world: mixed, n: 50_000, m: 5000, policy: strict },
  { name: 'correlation 0.9', world: { ...mixed, correlation: 0.9 }, n: 5000, m: 500, policy: strict },
  { name: 'ties, step 0.5', world: { ...mixed, step: 0.5 }, n: 5000, m: 500, policy: strict },
  { name: 'heavy tails, 3 degrees of freedom', world: { ...mixed, tails: 3 }, n: 5000, m: 500, policy: strict },
  { name: 'fifty skewed categories', world: { numeric: 2, categorical: 6, categories: 50 }, n: 5000, m: 500, policy: strict },
  { name: 'one feature', world: { numeric: 1, categorical: 0 }, n: 5000, m: 500, policy: strict },
  { name: 'day effect 0.05 sd, materiality 0.01', world: { ...mixed, dayEffect: 0.05 }, n: 20_000, periods: 40, m: 500, policy: usual },
  { name: 'day effect 0.10 sd, materiality 0.01', world: { ...mixed, dayEffect: 0.1 }, n: 20_000, periods: 40, m: 500, policy: usual },
  {
    name: 'day effect 0.10 sd, periodic',
    world: { ...mixed, dayEffect: 0.1 },
    n: 20_000,
    periods: 40,
    m: 500,
    policy: { ...usual, mode: 'periodic' },
  },
];

/** Windows in time order, each with the sums that are due. */
function* judged(setting: Setting, random: Random, windows: number) {
  const simulation = simulateBaseline(setting.world, setting.n, setting.periods ?? 1, random);
  const recent: WindowCounts[] = [];
  for (let number = 0; number < windows; number += 1) {
    const counts = simulateWindow(simulation, setting.world, setting.m, random);
    recent.push(counts);
    if (recent.length > MOST_SUMMED) recent.shift();
    yield judgeWindow({ baseline: simulation.baseline, counts, sums: dueSums(number, recent), policy: setting.policy });
  }
}

function falseAlerts(setting: Setting) {
  const rates: number[] = [];
  let alarms = 0;
  for (let reference = 0; reference < REFERENCES; reference += 1) {
    let own = 0;
    for (const verdict of judged(setting, new Random(1000 + reference), WINDOWS)) if (verdict.alarming) own += 1;
    rates.push(own / WINDOWS);
    alarms += own;
  }
  rates.sort((a, b) => a - b);
  const { atMost, perWindows } = setting.policy.budget;
  const [, upper] = clopperPearson(alarms, REFERENCES * WINDOWS, 0.1);
  return {
    setting: setting.name,
    referenceRows: setting.n,
    windowRows: setting.m,
    features: setting.world.numeric + setting.world.categorical,
    materiality: setting.policy.materiality,
    mode: setting.policy.mode,
    windows: REFERENCES * WINDOWS,
    alarmingWindows: alarms,
    /** Alarming windows per budget period; the promise is at most 1. */
    perBudget: round((alarms / (REFERENCES * WINDOWS)) * (perWindows / atMost)),
    perBudgetUpper95: round(upper * (perWindows / atMost)),
    perBudgetWorstTenthOfReferences: round(rates[Math.floor(0.9 * (REFERENCES - 1))]! * (perWindows / atMost)),
  };
}

const REPEATS = 25;
const LONGEST = 128;

function delay(shift: number, policy: JudgePolicy) {
  const setting: Setting = { name: '', world: { numeric: 20, categorical: 0, shift }, n: 20_000, m: 500, policy };
  const delays: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    let window = 0;
    let found = Infinity;
    for (const verdict of judged(setting, new Random(5000 + repeat), LONGEST)) {
      window += 1;
      if (!verdict.features.some((f) => f.alarming && f.feature === 'n0')) continue;
      found = window;
      break;
    }
    delays.push(found);
  }
  delays.sort((a, b) => a - b);
  const median = delays[Math.floor(REPEATS / 2)]!;
  return {
    shiftSd: shift,
    movedFeatures: '1 of 20',
    materiality: policy.materiality,
    budgetWindows: policy.budget.perWindows,
    medianDelayWindows: Number.isFinite(median) ? median : null,
    foundShare: round(delays.filter(Number.isFinite).length / REPEATS),
    withinWindows: LONGEST,
  };
}

function round(x: number): number {
  return Number(x.toPrecision(3));
}

const rare = { atMost: 1, perWindows: 1000 };
const started = process.hrtime.bigint();
const report = {
  what: 'Simulated false alerts and delays of judgeWindow; all scales, seeds fixed',
  command: 'npm run calibrate -w libs/drift',
  node: process.version,
  falseAlerts: undrifted.map((setting) => progress(falseAlerts(setting))),
  delays: [0.1, 0.2, 0.3].flatMap((shift) =>
    [0, 0.01].map((materiality) => progress(delay(shift, { ...DEFAULT_POLICY, materiality, budget: rare }))),
  ),
};

function progress<T>(result: T): T {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result;
}

const folder = new URL('../../../../docs/evidence/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('calibration.json', folder), `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${Number((process.hrtime.bigint() - started) / 1_000_000_000n)} s\n`);
