import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deleteTopics } from '@drawbridge/kafka';
import { sharedCluster } from '@drawbridge/testing';
import { differences, measureStreams, prepareStreams, streamsCached, trueCounts } from '../src/intake/streams.js';
import { fillTopic, settingsOf, TOPIC, writeWorkload } from '../src/intake/workload-folder.js';
import { variantOf } from '../src/workload/variants.js';

const EVENTS = 4000;
const facts = sharedCluster();
const run = `bench-${randomBytes(3).toString('hex')}`;
// Nothing is fetched by a test: the jars are there where the benchmark ran once.
const ready = await streamsCached();
if (!ready) console.warn('SKIPPED: the jars of Kafka Streams are not there; npm run bench:intake brings them');
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drawbridge-streams-'));
  await writeWorkload(home, variantOf('logged'), EVENTS);
});

afterAll(() => rm(home, { recursive: true, force: true }));

test('the plain counts are those of the events, and a count that is off by one is told', async () => {
  const counts = await trueCounts(home);
  const found = Object.fromEntries(counts);
  expect([...counts.values()].reduce((sum, n) => sum + n, 0)).toBe(EVENTS);
  expect(differences(found, counts)).toEqual([]);
  const [first = ''] = counts.keys();
  expect(differences({ ...found, [first]: counts.get(first)! + 1 }, counts)).toHaveLength(1);
  expect(differences({}, counts)).toHaveLength(counts.size);
});

(ready ? test : test.skip)(
  'Kafka Streams comes to the counts of the events, and is measured without its warm-up',
  async () => {
    await fillTopic(facts, run, variantOf('logged'), EVENTS);
    try {
      const streams = await prepareStreams(home);
      // It rejects when a window has another count.
      const reading = await measureStreams(streams, { folder: home, kafka: settingsOf(facts, run), events: EVENTS, warmUp: 0 });
      expect(reading.counted).toBe(EVENTS);
      expect(reading.events).toBeLessThan(EVENTS);
      expect(reading.wholeCpuMicroseconds).toBeGreaterThan(reading.cpuMicroseconds);
    } finally {
      await deleteTopics({ brokers: [facts.brokers], ...facts.kafkaAdmin }, [`${run}.${TOPIC}`]);
    }
  },
  120_000,
);
