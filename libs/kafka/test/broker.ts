import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@drawbridge/telemetry';
import { createTopics, deleteTopics, KafkajsLog, type AdminConnection, type KafkaSettings } from '../src/index.js';

/** The broker that the integration run started; see the set-up in libs/testing, which this library must not import. */
export function adminConnection(): AdminConnection {
  const file = process.env['DRAWBRIDGE_TEST_CLUSTER'];
  if (file === undefined) throw new Error('no test cluster: run this test with `npm run test:it`');
  const facts = JSON.parse(readFileSync(file, 'utf8')) as { brokers: string; kafkaAdmin: { username: string; password: string } };
  return { brokers: [facts.brokers], ...facts.kafkaAdmin };
}

export const quiet = createLogger('kafka-test', { write: () => true });

/** Fresh topics behind a prefix of one's own, and clients that know it. */
export class TestBroker {
  readonly admin = adminConnection();
  readonly prefix = `t${randomUUID().slice(0, 8)}.`;
  private readonly logs: KafkajsLog[] = [];
  private readonly topics: string[] = [];

  get settings(): KafkaSettings {
    return { ...this.admin, clientId: 'kafka-test', topicPrefix: this.prefix, sessionTimeoutMs: 1500 };
  }

  client(batchReader?: KafkaSettings['batchReader']): KafkajsLog {
    const log = new KafkajsLog({ ...this.settings, batchReader }, quiet);
    this.logs.push(log);
    return log;
  }

  async topic(partitions: number, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = `topic-${this.topics.length}`;
    await createTopics(this.admin, [{ name: `${this.prefix}${name}`, partitions, config }]);
    this.topics.push(name);
    await this.led(name);
    return name;
  }

  /** A broker is named as the leader of a partition a moment before it knows: until then it refuses to say where the partition ends. */
  private async led(topic: string): Promise<void> {
    const log = this.logs[0] ?? this.client();
    for (const deadline = performance.now() + 15_000; ; await sleep(50)) {
      try {
        await log.ends([topic]);
        return;
      } catch (error) {
        if (performance.now() >= deadline) throw error;
      }
    }
  }

  group(): string {
    return `group-${randomUUID()}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.logs.map((log) => log.close()));
    await deleteTopics(
      this.admin,
      this.topics.map((name) => `${this.prefix}${name}`),
    );
  }
}
