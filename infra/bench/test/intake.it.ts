import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deleteTopics } from '@drawbridge/kafka';
import { sharedCluster } from '@drawbridge/testing';
import { measureIn, passGate } from '../src/intake/children.js';
import { measurements } from '../src/intake/suite.js';
import { fillTopic, settingsOf, TOPIC, writeWorkload } from '../src/intake/workload-folder.js';
import { variantOf, variants } from '../src/workload/variants.js';

const EVENTS = 4000;
const facts = sharedCluster();
const run = `bench-${randomBytes(3).toString('hex')}`;
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drawbridge-bench-'));
  for (const variant of variants) await writeWorkload(join(home, variant.name), variant, EVENTS);
  await fillTopic(facts, run, variantOf('logged'), EVENTS);
});

afterAll(async () => {
  await deleteTopics({ brokers: [facts.brokers], ...facts.kafkaAdmin }, [`${run}.${TOPIC}`]);
  await rm(home, { recursive: true, force: true });
});

test.each(variants.map(({ name }) => name))('the intake comes to the windows of the plain reference: %s', async (name) => {
  const gate = await passGate(join(home, name));
  expect(gate).toMatchObject({ events: EVENTS, differences: 0 });
  expect(gate.counted).toBeGreaterThan(EVENTS * 0.97);
  if (name === 'malformed') expect(gate.rejected).toBeGreaterThan(20);
  if (name === 'late') expect(gate.late).toBeGreaterThan(10);
  if (name === 'repeated') expect(gate.deduplicated).toBeGreaterThan(20);
});

describe('every event is read by', () => {
  const logged = measurements.filter(({ variant }) => variant === 'logged');
  test.each(logged.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const load = { folder: join(home, 'logged'), kafka: settingsOf(facts, run), events: EVENTS, warmUp: 500 };
    // It rejects when an event was not counted.
    const reading = await measureIn(one, load);
    expect(reading.cpuMicroseconds).toBeGreaterThan(0);
    expect(reading.events).toBeGreaterThan(EVENTS / 4);
  });
});
