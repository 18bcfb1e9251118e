import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BaselineDocument } from '@drawbridge/drift';
import type { KafkaSettings } from '@drawbridge/kafka';
import { CpuMeter } from '@drawbridge/testing';
import { type EachBatchPayload, Kafka, logLevel } from 'kafkajs';

/**
 * One measurement of what is usual, in a process of its own: prints the processor time it took.
 *
 *   node dist/src/intake/client-child.js <kafka|memory> <discard|parse|count> <folder> <events> <warm-up> <passes>
 *
 * `kafka` is stock kafkajs with eachBatch and without commits. `count` counts what monitoring counts, in Maps of objects.
 */
const [source, work, folder = '', ...rest] = process.argv.slice(2);
const [events = 0, warmUp = 0, passes = 1] = rest.map(Number);
const meter = new CpuMeter(events, warmUp);
let counted = 0;

interface Event {
  readonly model: string;
  readonly features: Readonly<Record<string, number | string | null>>;
  readonly output: { readonly score: number };
  readonly latencyMs: number;
}

interface Tally {
  n: number;
  missing: number;
  sum: number;
  squares: number;
  least: number;
  most: number;
  readonly bins: number[];
  readonly categories: Map<string, number>;
}

const edges = edgesByName();
const tallies = new Map<string, Map<string, Tally>>();

const value = (bytes: Buffer | null): Event => JSON.parse(bytes!.toString()) as Event;
const works: Readonly<Record<string, (bytes: Buffer | null) => void>> = {
  parse: (bytes) => void (counted += value(bytes).latencyMs >= 0 ? 1 : 0),
  count: (bytes) => count(value(bytes)),
};
const take = works[work ?? ''];

if (source === 'kafka') await fromKafka();
else fromMemory();
process.stdout.write(`${JSON.stringify({ ...meter.reading(), counted })}\n`);
process.exit();

function count({ model, features, output }: Event): void {
  counted += 1;
  let byName = tallies.get(model);
  if (byName === undefined) tallies.set(model, (byName = new Map<string, Tally>()));
  for (const [name, feature] of Object.entries(features)) add(tallyOf(byName, name), name, feature);
  add(tallyOf(byName, 'score'), 'score', output.score);
}

function tallyOf(byName: Map<string, Tally>, name: string): Tally {
  let tally = byName.get(name);
  if (tally === undefined) {
    const bins = Array.from({ length: (edges.get(name)?.length ?? 0) + 1 }, () => 0);
    tally = { n: 0, missing: 0, sum: 0, squares: 0, least: Infinity, most: -Infinity, bins, categories: new Map() };
    byName.set(name, tally);
  }
  return tally;
}

function add(tally: Tally, name: string, feature: number | string | null): void {
  tally.n += 1;
  if (feature === null) tally.missing += 1;
  else if (typeof feature === 'string') tally.categories.set(feature, (tally.categories.get(feature) ?? 0) + 1);
  else {
    tally.bins[binOf(edges.get(name) ?? [], feature)]! += 1;
    tally.sum += feature;
    tally.squares += feature * feature;
    if (feature < tally.least) tally.least = feature;
    if (feature > tally.most) tally.most = feature;
  }
}

function binOf(sorted: readonly number[], x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function edgesByName(): Map<string, readonly number[]> {
  const baseline = JSON.parse(readFileSync(join(folder, 'baseline.json'), 'utf8')) as BaselineDocument;
  const all = baseline.prediction === undefined ? baseline.features : [...baseline.features, baseline.prediction];
  return new Map(all.map((feature) => [feature.name, feature.kind === 'numeric' ? feature.edges : []]));
}

async function fromKafka(): Promise<void> {
  const settings = JSON.parse(process.env['DRAWBRIDGE_BENCH_KAFKA'] ?? '{}') as KafkaSettings;
  const { username = '', password = '' } = settings;
  const kafka = new Kafka({
    brokers: [...settings.brokers],
    sasl: { mechanism: 'scram-sha-256', username, password },
    logLevel: logLevel.NOTHING,
  });
  for (let pass = 0; pass < passes; pass += 1) {
    const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: `${settings.topicPrefix ?? ''}prediction.logged`, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachBatch = ({ batch: { messages } }: EachBatchPayload): Promise<void> => {
        if (take === undefined) counted += messages.length;
        else for (const message of messages) take(message.value);
        if (meter.after(messages.length)) resolve();
        return Promise.resolve();
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
    meter.again();
    await consumer.disconnect();
  }
}

function fromMemory(): void {
  const bytes = readFileSync(join(folder, 'events.ndjson'));
  for (let pass = 0; pass < passes; pass += 1) {
    let batch = 0;
    for (let at = 0; at < bytes.length;) {
      const line = bytes.indexOf(10, at);
      take?.(bytes.subarray(at, line));
      at = line + 1;
      batch += 1;
      if (batch < 1500 && at < bytes.length) continue;
      meter.after(batch);
      batch = 0;
    }
    meter.again();
  }
}
