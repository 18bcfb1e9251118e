import { sleep } from '@drawbridge/testing';
import kafkajs from 'kafkajs';
import type { History } from './history.js';
import type { Ledger } from './ledger.js';
import type { Load, Sent } from './load.js';

export interface SenderOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly ledger: Ledger;
  readonly history: History;
}

export interface Pace {
  readonly perSecond: number;
  /** Waits while it returns true: a service that spends its time starting is not buried. */
  readonly hold?: () => Promise<boolean>;
}

const BATCH = 250;

/**
 * An outsider's producer: stock client, no credentials. Each batch is in the ledger before it is sent and is sent until it is
 * acknowledged, so that all that is in the ledger is in the topic, at least once and in order.
 */
export class Sender {
  /** Batches that were sent again because nobody acknowledged them: the topic may hold them twice. */
  resent = 0;
  private readonly producer: kafkajs.Producer;

  constructor(private readonly options: SenderOptions) {
    const kafka = new kafkajs.Kafka({
      clientId: 'load',
      brokers: [options.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      connectionTimeout: 2000,
      requestTimeout: 8000,
      retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 },
    });
    this.producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  }

  /** Sends the whole load at a steady pace. */
  async run(load: Load, { perSecond, hold }: Pace): Promise<void> {
    const begun = Date.now();
    let sent = 0;
    let held = 0;
    while (!load.done) {
      const batch = load.take(BATCH);
      const early = begun + held + (sent * 1000) / perSecond - Date.now();
      if (early > 0) await sleep(early);
      const since = Date.now();
      while (hold !== undefined && (await hold())) await sleep(100);
      held += Date.now() - since;
      await this.send(batch);
      sent += batch.length;
    }
  }

  async send(batch: readonly Sent[]): Promise<void> {
    this.options.ledger.note(batch.map(({ row }) => row));
    const messages = batch.map(({ row, value }) => ({ key: row.id, value, partition: row.partition }));
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.producer.connect();
        await this.producer.send({ topic: this.options.topic, acks: -1, messages });
        return;
      } catch (error) {
        if (attempt === 0) this.resent += 1;
        this.options.history.add('not acknowledged', { attempt, error: error instanceof Error ? error.message : String(error) });
        await sleep(200);
      }
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}
