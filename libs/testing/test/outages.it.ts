import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { bootstrapDatabase } from '@drawbridge/local';
import { createTopics, KafkajsLog, type KafkaMessage } from '@drawbridge/kafka';
import { Outbox, Relay } from '@drawbridge/outbox';
import { createDataSource, inTransaction, isTransient, migrate, migrationHelpers } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import { aModelCreated, type Cluster, eventually, ownCluster, sleep } from '../src/index.js';

jest.setTimeout(180_000);

const quiet = createLogger('outages', { write: () => true });
const rounds = 2;
const topic = 'model.created';

class CommonTables {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('registry')) await runner.query(statement);
  }
}

describe('clients of a Kafka and a Postgres that are killed and come back', () => {
  let cluster: Cluster;
  let log: KafkajsLog;

  beforeAll(async () => {
    cluster = await ownCluster();
    const { brokers, kafkaAdmin } = cluster.facts;
    await createTopics({ brokers: [brokers], ...kafkaAdmin }, [{ name: topic, partitions: 1, config: {} }]);
    log = new KafkajsLog({ brokers: [brokers], ...kafkaAdmin, clientId: 'outages', sessionTimeoutMs: 1500 }, quiet);
  });

  afterAll(async () => {
    await log.close();
    await cluster.stop();
  });

  test('Kafka: what was acknowledged is consumed, by every kind of consumer, without a restart', async () => {
    const acknowledged = new Set<string>();
    const seen = { single: new Set<string>(), batch: new Set<string>(), follow: new Set<string>() };
    const single = await log.consume({
      group: 'one',
      topics: [topic],
      handle: async (message) => void seen.single.add(String(message.value)),
    });
    const batch = await log.consumeBatches({
      group: 'two',
      topics: [topic],
      handle: async (records) => {
        for (let index = 0; index < records.count; index += 1) seen.batch.add(String(records.value(index)));
      },
    });
    const order: bigint[] = [];
    const follow = await log.follow({
      topics: [topic],
      onMessage: (message: KafkaMessage) => {
        seen.follow.add(String(message.value));
        order.push(message.offset);
      },
    });
    let producing = true;
    let refused = 0;
    const producer = (async () => {
      for (let number = 0; producing; number += 1) {
        const value = String(number);
        try {
          await log.produce([{ topic, key: 'k', value }]);
          acknowledged.add(value);
        } catch {
          refused += 1;
        }
        await sleep(5);
      }
    })();
    for (let round = 0; round < rounds; round += 1) {
      await sleep(1500);
      await cluster.kafka.kill();
      await sleep(2000);
      await cluster.kafka.restart();
      const before = acknowledged.size;
      await eventually('sends after the restart', () => acknowledged.size > before + 20, 60_000);
    }
    producing = false;
    await producer;
    for (const [kind, values] of Object.entries(seen)) {
      await eventually(`everything acknowledged at ${kind}`, () => [...acknowledged].every((value) => values.has(value)), 60_000);
    }
    expect(refused).toBeGreaterThan(0);
    // The follower never went back.
    expect(order).toEqual([...order].sort((a, b) => Number(a - b)));
    expect(new Set(order).size).toBe(order.length);
    for (const consumption of [single, batch, follow]) {
      expect(consumption.health().alive).toBe(true);
      await consumption.stop();
    }
  });

  test('Postgres: every committed event is published once per id and in order, and the pool comes back', async () => {
    const { adminUrl, rolePasswords } = cluster.facts;
    const urls = (await bootstrapDatabase({ adminUrl, services: ['registry'], passwords: rolePasswords }))['registry'];
    if (urls === undefined) throw new Error('no database');
    await migrate({ url: urls.migrationUrl, schema: 'registry', migrations: [CommonTables], log: quiet });
    const source = await createDataSource({ url: urls.url, schema: 'registry', log: quiet }).initialize();
    const outbox = new Outbox({ service: 'registry', installation: 'main' });
    const sent: { id: string; sequence: number }[] = [];
    const relay = new Relay(
      source,
      {
        produce: async (messages) => {
          for (const { headers = {} } of messages) sent.push({ id: headers['ce_id'] ?? '', sequence: Number(headers['ce_sequence']) });
        },
      },
      { service: 'registry', schema: 'registry', url: urls.url, log: quiet, outbox },
    );
    await relay.start();
    const actor = { type: 'person', id: 'ada' } as const;
    const committed = new Set<string>();
    const failures: unknown[] = [];
    let writing = true;
    const writer = (async () => {
      while (writing) {
        try {
          const event = { topic, aggregateType: 'models', aggregateId: 'm', actor, data: aModelCreated({ modelId: 'm' }) } as const;
          committed.add((await inTransaction(source, (tx) => outbox.append(tx, event))).id);
        } catch (error) {
          failures.push(error);
          await sleep(50);
        }
      }
    })();
    for (let round = 0; round < rounds; round += 1) {
      await sleep(700);
      await cluster.postgres.kill();
      await sleep(500);
      await cluster.postgres.restart();
      const before = committed.size;
      await eventually('commits after the restart', () => committed.size > before + 20, 30_000);
    }
    writing = false;
    await writer;
    await eventually(
      'everything committed is published',
      () => [...committed].every((id) => sent.some((event) => event.id === id)),
      30_000,
    );
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter((error) => !isTransient(error))).toEqual([]);
    const bySequence = new Map(sent.map(({ sequence, id }) => [sequence, id]));
    expect([...new Set(sent.map((event) => event.sequence))]).toEqual(Array.from({ length: bySequence.size }, (_, index) => index + 1));
    expect(new Set(sent.map((event) => event.id)).size).toBe(bySequence.size);
    expect(relay.health()).toMatchObject({ active: true });
    await relay.stop();
    await source.destroy();
  });
});
