import { Random } from './random.js';

export const SEED = 20_261_123;
/** Events that a stored hash covers. */
export const HASHED_EVENTS = 20_000;
/** The first model's numeric features drift from here on. */
const DRIFT_FROM = 10_000;
const START_MS = Date.UTC(2026, 0, 1);
const EVENTS_PER_SECOND = 5000;
const MODELS = ['fraud-scorer', 'churn-v2', 'credit-risk', 'eta-regressor'];

export type Value = number | string | null;

/** What one event says, whatever form it is written in. */
export interface Draw {
  readonly index: number;
  readonly id: string;
  readonly model: string;
  readonly timeMs: number;
  readonly features: Readonly<Record<string, Value>>;
  readonly score: number;
  readonly label: string;
  readonly latencyMs: number;
  readonly traceparent: string;
}

export interface DrawOptions {
  readonly events: number;
  /** 4 by default; more take the place of the four names. */
  readonly models?: number;
  /** False keeps every digit of the numbers. */
  readonly rounded?: boolean;
}

const hex = (n: number, width: number): string => n.toString(16).padStart(width, '0');

/**
 * Events in the order of their draws. The order of the statements is the format: every form and variant of the workload
 * takes the same numbers from the generator, so that only what is measured differs.
 */
export function* draws({ events, models = MODELS.length, rounded = true }: DrawOptions): Generator<Draw> {
  const random = new Random(SEED);
  const round = (x: number, decimals: number): number => (rounded ? Math.round(x * 10 ** decimals) / 10 ** decimals : x);
  for (let index = 0; index < events; index += 1) {
    const rank = random.rank(models);
    const timeMs = START_MS + Math.floor((index * 1000) / EVENTS_PER_SECOND);
    const features: Record<string, Value> = {};
    for (let j = 0; j < 8; j += 1) {
      const deviation = 1 + 0.7 * j;
      let x = 3 * j - 5 + deviation * random.gaussian();
      if (rank === 0 && index > DRIFT_FROM) x += 0.5 * deviation;
      features[`num_gauss_${j}`] = round(x, 4);
    }
    for (let j = 0; j < 4; j += 1) features[`amount_${j}`] = round(Math.exp(2 + j + 0.8 * random.gaussian()), 2);
    for (let j = 0; j < 2; j += 1) features[`ratio_${j}`] = round(random.uniform(), 6);
    features['count_0'] = Math.floor(random.uniform() * 50);
    features['count_1'] = Math.floor(random.uniform() * 100);
    features['optional_0'] = random.uniform() < 0.05 ? null : round(10 + 4 * random.gaussian(), 3);
    for (const k of [8, 32, 200]) features[`category_${k}`] = `c${random.rank(k)}`;
    const id = uuidOf(timeMs, random);
    const score = round(1 / (1 + Math.exp(-random.gaussian())), 6);
    const latencyMs = round(1 + 5 * random.uniform(), 3);
    const words = Array.from({ length: 6 }, () => hex(random.next(), 8)).join('');
    const traceparent = `00-${words.slice(0, 32)}-${words.slice(32)}-01`;
    const model = models === MODELS.length ? MODELS[rank]! : `model-${rank}`;
    yield { index, id, model, timeMs, features, score, label: score > 0.5 ? '1' : '0', latencyMs, traceparent };
  }
}

function uuidOf(timeMs: number, random: Random): string {
  const time = hex(timeMs, 12);
  const version = hex(random.next() & 0xfff, 3);
  const variant = hex(0x8000 | (random.next() & 0x3fff), 4);
  const high = hex(random.next(), 8);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${version}-${variant}-${high}${hex(random.next() & 0xffff, 4)}`;
}
