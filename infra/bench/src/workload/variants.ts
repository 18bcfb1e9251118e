import { createHash } from 'node:crypto';
import { type Draw, draws, HASHED_EVENTS, SEED, type Value } from './draws.js';
import { damaged } from './damage.js';
import { Random } from './random.js';

/** One record of the topic `prediction.logged`. */
export interface WorkloadEvent {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Spacing = 'compact' | 'spaced';

export interface Variant {
  readonly name: string;
  /** What is different from the first one. */
  readonly about: string;
  /** Of the first `hashed` events: values and headers. */
  readonly sha256: string;
  /** 20 000 for the headlines, else 2 000. */
  readonly hashed: number;
  readonly headers?: 0 | 2 | 12;
  readonly models?: number;
  readonly rounded?: boolean;
  readonly spacing?: Spacing;
  readonly shuffled?: boolean;
  readonly features?: 8 | 30;
  /** Each strikes one event in a hundred. */
  readonly fault?: 'malformed' | 'late' | 'repeated';
}

const of = (name: string, about: string, sha256: string, differs: Partial<Variant> = {}): Variant => ({
  name,
  about,
  sha256,
  hashed: 2000,
  ...differs,
});

/** The workloads by which the intake is measured and checked. The first is the headline. */
export const variants: readonly Variant[] = [
  of(
    'logged',
    'prediction.logged, 20 features, rounded numbers, content-type and traceparent as headers',
    '4747fa1dd9b91e6f76d39afb691526d959bb0b15f9b6300e0f3bf1b471264ed0',
    { hashed: HASHED_EVENTS },
  ),
  of('headers-0', 'no headers', '2c4f9831dc81a87a594d0d53ce7c23bc7b438a601c7c82348c862ae51750abe1', { headers: 0 }),
  of('headers-12', 'the twelve headers of a CloudEvent', '1979d8cdee809bda1129ce98a9559c6fb11d6962d4b4f92f0ebf26538848f4c2', {
    headers: 12,
  }),
  of('full-precision', 'numbers with all their digits', '1bce9af1039f800d0c82ab4d92ff08d6f39598be8abe3f505e732ab17095c149', {
    rounded: false,
    hashed: HASHED_EVENTS,
  }),
  of('spaced', 'white space as Python writes it', '8d9b5f85202516cd5fc7b54304e15a2ff9139f0dfe46dc918cfc9de3cda41c51', {
    spacing: 'spaced',
  }),
  of('shuffled', 'keys in another order in every event', '378aa4d13e11654bd49962ffd8d062d2d231d3b6df8f6a25eb63657ddce8beec', {
    shuffled: true,
  }),
  of('features-8', '8 features', '83dbf4e9be4e74860bd5f48f786c379a98f81fc26f2c1d8bde5372ff4340c237', { features: 8 }),
  of('features-30', '30 features', '2bdb24985190da7a4a222ce6be9ba6a7b6513c0a2cfe06ae3688ea7edbc99c0c', { features: 30 }),
  of('malformed', '1 % of the events is broken', '30378f42cb3862309fb807d6b0972bdcff6f5d62899b4a024dbd86b78aa40c8c', {
    fault: 'malformed',
  }),
  of('late', '1 % of the events comes hours or days late', '63e1bd14350aaab1e0221cf875f35f27b8e3731f97377a40d315e0b0ffc1dd65', {
    fault: 'late',
  }),
  of('repeated', '1 % of the events is sent again', '4905c8f47ab4e0260e154ecfc48825635e4e572831a49860844145dfd5329657', {
    fault: 'repeated',
  }),
  of('models-1000', '1 000 models', 'b21ec468e959b56874338587b4aed2f799f9af7ba3131e2167b73471b4842e03', { models: 1000 }),
];

export function variantOf(name: string): Variant {
  const found = variants.find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`no variant ${name}: ${variants.map((variant) => variant.name).join(', ')}`);
  return found;
}

/** The first form of the workload, by which the design was measured: one line per event. */
export function* referenceLines(events = HASHED_EVENTS): Generator<string> {
  for (const { id, model, timeMs, features, score, label, latencyMs, traceparent } of draws({ events })) {
    yield `${JSON.stringify({ id, model, version: '3', ts: timeMs, features, prediction: { score, label }, latencyMs, traceparent })}\n`;
  }
}

/** The events of a variant; what is struck by a fault depends on numbers of its own, so that the others stay as they are. */
export function* eventsOf(variant: Variant, events: number): Generator<WorkloadEvent> {
  const { rounded = true, models = 4, headers = 2 } = variant;
  const own = new Random(SEED + 1);
  const before: WorkloadEvent[] = [];
  for (const draw of draws({ events, models, rounded })) {
    const struck = variant.fault !== undefined && own.uniform() < 0.01;
    let event: WorkloadEvent = {
      key: draw.id,
      value: textOf(objectOf(draw, variant, own, struck), variant),
      headers: headersOf(draw, headers),
    };
    if (struck && variant.fault === 'malformed') event = { ...event, value: damaged(event.value, own) };
    if (struck && variant.fault === 'repeated') event = before[own.next() % Math.max(1, before.length)] ?? event;
    if (variant.fault === 'repeated') {
      before.push(event);
      if (before.length > 1000) before.shift();
    }
    yield event;
  }
}

/** SHA-256 of the events as the stored hashes have it. */
export function digestOf(variant: Variant): string {
  const hash = createHash('sha256');
  for (const { value, headers } of eventsOf(variant, variant.hashed)) hash.update(`${value}\n${JSON.stringify(headers)}\n`);
  return hash.digest('hex');
}

type Json = Readonly<Record<string, unknown>>;

const HOUR_MS = 3_600_000;

function objectOf(draw: Draw, variant: Variant, own: Random, struck: boolean): Json {
  let { timeMs } = draw;
  // Half of the late ones come within two days, for which a window is revised, and half after that.
  if (struck && variant.fault === 'late') timeMs -= own.uniform() < 0.5 ? 3 * HOUR_MS : 72 * HOUR_MS;
  const event = {
    predictionId: draw.id,
    time: new Date(timeMs).toISOString(),
    model: draw.model,
    version: '3',
    features: featuresOf(draw.features, variant, own),
    output: { score: draw.score, class: draw.label },
    latencyMs: draw.latencyMs,
    status: 'ok',
  };
  return variant.shuffled === true ? shuffled(event, own) : event;
}

const FEW = ['num_gauss_0', 'num_gauss_1', 'num_gauss_2', 'amount_0', 'ratio_0', 'count_0', 'category_8', 'category_32'];

function featuresOf(features: Readonly<Record<string, Value>>, { features: count }: Variant, own: Random): Json {
  if (count === 8) return Object.fromEntries(FEW.map((name) => [name, features[name]]));
  if (count !== 30) return features;
  const more = Array.from({ length: 10 }, (_, j) => [`num_more_${j}`, Math.round(own.gaussian() * 1e4) / 1e4] as const);
  return { ...features, ...Object.fromEntries(more) };
}

function shuffled(value: Json, own: Random): Json {
  const entries = Object.entries(value);
  for (let i = entries.length - 1; i > 0; i -= 1) {
    const j = own.next() % (i + 1);
    [entries[i], entries[j]] = [entries[j]!, entries[i]!];
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, typeof inner === 'object' && inner !== null ? shuffled(inner as Json, own) : inner]),
  );
}

function textOf(value: Json, { spacing }: Variant): string {
  return spacing === 'spaced' ? spaced(value) : JSON.stringify(value);
}

function spaced(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`)
    .join(', ')}}`;
}

function headersOf({ id, model, timeMs, traceparent, index }: Draw, count: 0 | 2 | 12): Readonly<Record<string, string>> {
  if (count === 0) return {};
  const two = { 'content-type': 'application/json', traceparent };
  if (count === 2) return two;
  return {
    ...two,
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/drawbridge/bench/serving',
    ce_type: 'io.drawbridge.prediction.logged.v1',
    ce_subject: model,
    ce_time: new Date(timeMs).toISOString(),
    ce_dataschema: '/schemas/prediction.logged/1.json',
    ce_partitionkey: id,
    ce_sequence: String(index),
    ce_project: 'default',
  };
}
