import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { TestBroker } from './broker.js';

jest.setTimeout(60_000);

const HOUR = 3_600_000;
const SESSION_MS = 1500;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a consumer whose clock is set', () => {
  const broker = new TestBroker();
  const { brokers, username = '', password = '' } = broker.settings;
  const sasl = { mechanism: 'scram-sha-256' as const, username, password };
  const admin = new kafkajs.Kafka({ brokers: [...brokers], sasl, logLevel: kafkajs.logLevel.NOTHING }).admin();
  let topic: string;

  beforeAll(async () => {
    topic = await broker.topic(1);
    await admin.connect();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await admin.disconnect();
    await broker.close();
  });

  /** kafkajs sees it as well: it is loaded into the same realm. */
  function set(byMs: number): void {
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
  }

  async function members(group: string): Promise<number> {
    const { groups } = await admin.describeGroups([`${broker.prefix}${group}`]);
    return groups[0]?.members.length ?? 0;
  }

  async function consume(): Promise<{ group: string; assignments: () => number; stop: () => Promise<void> }> {
    const group = broker.group();
    let assignments = 0;
    const consumption = await broker.client().consumeBatches({
      group,
      topics: [topic],
      onAssign: () => Promise.resolve(void (assignments += 1)),
      handle: () => Promise.resolve(),
    });
    for (const end = performance.now() + 20_000; assignments === 0 && performance.now() < end;) await sleep(50);
    expect(assignments).toBe(1);
    return { group, assignments: () => assignments, stop: () => consumption.stop() };
  }

  test('back by an hour, it is replaced and stays in its group, which would not hear from it for an hour', async () => {
    const { group, assignments, stop } = await consume();
    set(-HOUR);
    for (const end = performance.now() + 20_000; assignments() < 2 && performance.now() < end;) await sleep(50);
    // Long enough that a silent member is put out.
    await sleep(2 * SESSION_MS + 1000);
    expect({ assignments: assignments(), members: await members(group) }).toEqual({ assignments: 2, members: 1 });
    await stop();
  });

  test('forward by an hour, it stays the same', async () => {
    const { group, assignments, stop } = await consume();
    set(HOUR);
    await sleep(2 * SESSION_MS + 1000);
    expect({ assignments: assignments(), members: await members(group) }).toEqual({ assignments: 1, members: 1 });
    await stop();
  });
});
