import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { type BaselineDocument, buildBaseline, type FeatureSpec } from '@drawbridge/drift';
import { createTopics, KafkajsLog, type KafkaSettings } from '@drawbridge/kafka';
import type { ClusterFacts } from '@drawbridge/testing';
import { createLogger } from '@drawbridge/telemetry';
import { draws, type Value } from '../workload/draws.js';
import { eventsOf, type Variant, type WorkloadEvent } from '../workload/variants.js';

export const TOPIC = 'prediction.logged';
const PARTITIONS = 4;
const AT_ONCE = 2000;

/** Writes what the measured processes read: the events, one per line, the models, and what they were trained on. */
export async function writeWorkload(folder: string, variant: Variant, events: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const models = new Set<string>();
  for (const { model } of draws({ events: Math.min(events, 50_000), models: variant.models ?? 4 })) models.add(model);
  await writeFile(join(folder, 'models.json'), JSON.stringify([...models]));
  await writeFile(join(folder, 'baseline.json'), JSON.stringify(baselineOf(variant)));
  const file = createWriteStream(join(folder, 'events.ndjson'));
  let lines: string[] = [];
  const write = async (): Promise<void> => {
    if (!file.write(lines.join(''))) await once(file, 'drain');
    lines = [];
  };
  for (const { value } of eventsOf(variant, events)) if (lines.push(`${value}\n`) === AT_ONCE) await write();
  await write();
  file.end();
  await once(file, 'finish');
}

/** The first 10 000 rows, which come before the drift: the same for every model. */
export function baselineOf(variant: Variant): BaselineDocument {
  const rows: Record<string, Value>[] = [];
  const scores: number[] = [];
  const sound: Variant = { ...variant, spacing: 'compact', shuffled: false };
  const { fault: _, ...plain } = sound;
  for (const { value } of eventsOf(plain, 10_000)) {
    const { features, output } = JSON.parse(value) as { features: Record<string, Value>; output: { score: number } };
    rows.push(features);
    scores.push(output.score);
  }
  const names = Object.keys(rows[0] ?? {});
  return buildBaseline({
    features: names.map((name): FeatureSpec => ({ name, kind: name.startsWith('category') ? 'categorical' : 'numeric' })),
    columns: Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])),
    prediction: { spec: { name: 'score', kind: 'numeric' }, values: scores },
  });
}

/** Kafka as the measured processes speak to it; every variant has a topic of its own. */
export function settingsOf({ brokers, kafkaAdmin }: ClusterFacts, prefix: string): KafkaSettings {
  return { brokers: [brokers], ...kafkaAdmin, clientId: 'bench', topicPrefix: `${prefix}.` };
}

/** Makes the topic of a variant and fills it, as a producer would: the key decides on the partition. */
export async function fillTopic(facts: ClusterFacts, prefix: string, variant: Variant, events: number): Promise<void> {
  const settings = settingsOf(facts, prefix);
  await createTopics({ brokers: settings.brokers, ...facts.kafkaAdmin }, [
    { name: `${prefix}.${TOPIC}`, partitions: PARTITIONS, config: {} },
  ]);
  const log = new KafkajsLog(settings, createLogger('bench', { write: () => true }));
  let waiting: WorkloadEvent[] = [];
  const send = async (): Promise<void> => {
    await log.produce(waiting.map((event) => ({ topic: TOPIC, ...event })));
    waiting = [];
  };
  for (const event of eventsOf(variant, events)) if (waiting.push(event) === AT_ONCE) await send();
  if (waiting.length > 0) await send();
  await log.close();
}
