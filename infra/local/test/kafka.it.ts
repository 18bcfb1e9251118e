import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAcls, createTopics, describeTopics, type AdminConnection } from '@drawbridge/kafka';
import { topicSettings } from '@drawbridge/contracts';
import kafkajs, { type SASLOptions } from 'kafkajs';
import { bootstrapTopics, servicePrincipals } from '../src/bootstrap/topics.js';
import { messageOf } from '../src/failure.js';
import { startKafka, type RunningKafka } from '../src/kafka/start-kafka.js';
import { expectCode, removeScratch, scratch } from './scratch.js';

const { Kafka, logLevel, Partitioners } = kafkajs;

/** kafkajs tells of a refusal by its type or, when a producer asks for metadata, only in its sentence. */
function refusal(error: unknown): string {
  const text = messageOf(error);
  if (/not authorized to access topics|topic authorization failed/i.test(text)) return 'topic refused';
  return /not authorized to access group/i.test(text) ? 'group refused' : text;
}

describe('embedded Kafka', () => {
  let folder: string;
  let kafka: RunningKafka;
  let admin: AdminConnection;
  let startLog: string;

  beforeAll(async () => {
    folder = await scratch();
    kafka = await startKafka({
      dataDir: join(folder, 'kafka'),
      fast: true,
      users: servicePrincipals.map((username) => ({ username, password: `pw-${username}` })),
    });
    admin = { brokers: [kafka.brokers], ...kafka.admin };
    await bootstrapTopics({ admin });
    startLog = await kafka.child.output();
  }, 180_000);

  afterAll(async () => {
    await kafka.stop();
    await removeScratch();
  });

  const client = (user: string | undefined, password = `pw-${user}`): InstanceType<typeof Kafka> => {
    const sasl: SASLOptions | undefined = user === undefined ? undefined : { mechanism: 'scram-sha-256', username: user, password };
    return new Kafka({
      clientId: 't',
      brokers: [user === undefined ? kafka.openBrokers : kafka.brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      ...(sasl === undefined ? {} : { sasl }),
    });
  };

  async function produce(user: string | undefined, topic: string): Promise<string> {
    const producer = client(user).producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
    try {
      await producer.connect();
      await producer.send({ topic, messages: [{ key: 'k', value: '{}' }] });
      return 'allowed';
    } catch (error) {
      return refusal(error);
    } finally {
      await producer.disconnect();
    }
  }

  async function consume(user: string | undefined, topic: string, groupId: string): Promise<string> {
    const consumer = client(user).consumer({
      groupId,
      sessionTimeout: 1500,
      heartbeatInterval: 300,
      retry: { retries: 0 },
      allowAutoTopicCreation: false,
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      return await new Promise<string>((resolve) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => resolve(refusal(payload.error)));
        consumer.on(consumer.events.FETCH, () => resolve('allowed'));
        consumer.run({ eachMessage: async () => undefined }).catch((error: unknown) => resolve(refusal(error)));
      });
    } catch (error) {
      return refusal(error);
    } finally {
      await consumer.disconnect();
    }
  }

  test('topics have the partitions, retention and compaction of the contract', async () => {
    const found = await describeTopics(admin, ['prediction.logged', 'endpoint.state']);
    const data = found.find((topic) => topic.name === 'prediction.logged');
    const state = found.find((topic) => topic.name === 'endpoint.state');
    expect(data?.partitions).toBe(topicSettings('prediction.logged', 'embedded').partitions);
    expect(data?.config).toMatchObject({ 'retention.ms': String(7 * 86_400_000) });
    expect(state).toMatchObject({ partitions: 1, config: { 'cleanup.policy': 'compact' } });
  });

  test('an access rule holds at the moment its creation is reported', async () => {
    const answers: string[] = [];
    for (const topic of Array.from({ length: 8 }, (_, index) => `fresh-${index}`)) {
      await createTopics(admin, [{ name: topic, partitions: 1, config: {} }]);
      await createAcls(admin, [
        { principal: 'ANONYMOUS', resource: 'topic', name: topic, pattern: 'literal', operation: 'write', permission: 'allow' },
      ]);
      answers.push(await produce(undefined, topic));
    }
    expect(answers).toEqual(Array.from({ length: 8 }, () => 'allowed'));
  });

  /** The controller takes a setting at once; what the broker tells of it follows. */
  async function retentionBecomes(expected: string): Promise<void> {
    let found: string | undefined;
    for (let attempt = 0; attempt < 50 && found !== expected; attempt += 1) {
      const [topic] = await describeTopics(admin, ['model.created']);
      found = topic?.config['retention.ms'];
    }
    expect(found).toBe(expected);
  }

  test('a second bootstrap creates nothing and corrects a setting', async () => {
    await createTopics(admin, [{ name: 'model.created', partitions: 1, config: { 'retention.ms': '1000' } }]);
    await retentionBecomes('1000');
    expect(await bootstrapTopics({ admin })).toEqual([]);
    await retentionBecomes(String(90 * 86_400_000));
  });

  test('DBR-TOPICS-DIFFER: another number of partitions', async () => {
    await createTopics(admin, [{ name: 'x.model.created', partitions: 5, config: {} }]);
    await expectCode(bootstrapTopics({ admin, prefix: 'x.' }), 'DBR-TOPICS-DIFFER', /x\.model\.created has 5 partitions/);
  });

  test('without credentials: only the ingest topics are written', async () => {
    expect(await produce(undefined, 'prediction.logged')).toBe('allowed');
    expect(await produce(undefined, 'label.received')).toBe('allowed');
    for (const topic of ['approval.closed', 'access.state', 'audit.recorded', 'monitoring.intake.dlq']) {
      expect([topic, await produce(undefined, topic)]).toEqual([topic, 'topic refused']);
    }
  });

  test('without credentials: public topics are read, keys and a service’s group are not', async () => {
    expect(await consume(undefined, 'prediction.logged', 'my-own-group')).toBe('allowed');
    expect(await consume(undefined, 'access.state', 'my-own-group')).toBe('topic refused');
    expect(await consume(undefined, 'prediction.logged', 'monitoring.intake')).toBe('group refused');
  });

  test('a service writes its own topics, not those of another', async () => {
    expect(await produce('registry', 'model.registered')).toBe('allowed');
    expect(await produce('registry', 'approval.closed')).toBe('topic refused');
    expect(await produce('monitoring', 'monitoring.intake.dlq')).toBe('allowed');
    expect(await produce('governance', 'monitoring.intake.dlq')).toBe('topic refused');
  });

  test('a wrong password is refused, and so is the service port without any', async () => {
    expect(await produce('registry', 'model.registered')).toBe('allowed');
    const wrong = client('registry', 'guess').producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await expect(wrong.connect()).rejects.toThrow(/authentication failed/i);
  });

  test('a clean start has a clean log', () => {
    const lines = startLog.split('\n').filter((line) => / (ERROR|FATAL) /.test(line));
    expect(lines).toEqual([]);
  });

  test('state survives a kill, and the broker is back within seconds', async () => {
    kafka.child.kill('SIGKILL');
    await kafka.child.exited;
    kafka = await startKafka({ dataDir: join(folder, 'kafka'), ports: kafka.ports, fast: true });
    expect(kafka.users.map((user) => user.username)).toEqual([...servicePrincipals]);
    expect(await produce('registry', 'model.registered')).toBe('allowed');
  });

  test('DBR-KAFKA-UNHEALTHY: a damaged data folder, with the lines of the broker', async () => {
    const damaged = join(await scratch(), 'kafka');
    await mkdir(damaged, { recursive: true });
    await writeFile(join(damaged, 'formatted'), '');
    const error = await startKafka({ dataDir: damaged, fast: true }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DBR-KAFKA-UNHEALTHY', detail: 'the broker ended while starting' });
    expect((error as { lines: string[] }).lines.join('\n')).toMatch(/meta\.properties/);
    await rm(damaged, { recursive: true, force: true });
  });

  test('DBR-KAFKA-UNHEALTHY: nobody answers', async () => {
    await expectCode(bootstrapTopics({ admin: { brokers: ['127.0.0.1:1'] } }), 'DBR-KAFKA-UNHEALTHY', /^topics at 127\.0\.0\.1:1/);
  });
});
