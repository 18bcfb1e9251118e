import type { Logger } from '@drawbridge/telemetry';
import kafkajs from 'kafkajs';
import type { Kafka as KafkaClient, Message, Producer } from 'kafkajs';
import { bounded } from './bounded.js';
import type { OutgoingMessage } from './event-log.js';
import { maxSendBytes } from './limits.js';
import type { Names } from './names.js';

const ackTimeoutMs = 8000;
/** kafkajs bounds its retries itself; past this its connections are closed, so that nothing stays in flight. */
const sendMs = 40_000;
/** For connecting and for leaving. */
const connectMs = 15_000;

function bytesOf(message: OutgoingMessage): number {
  const { value, key, headers } = message;
  let bytes = 64 + (value === null ? 0 : Buffer.byteLength(value)) + (key === null ? 0 : Buffer.byteLength(key));
  if (headers !== undefined) for (const name of Object.keys(headers)) bytes += name.length + Buffer.byteLength(headers[name] ?? '') + 4;
  return bytes;
}

/** Consecutive pieces, each small enough for one record batch per topic. Order is kept. */
export function pieces(messages: readonly OutgoingMessage[], limit = maxSendBytes): OutgoingMessage[][] {
  const result: OutgoingMessage[][] = [];
  let current: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = bytesOf(message);
    if (current.length > 0 && bytes + size > limit) {
      result.push(current);
      current = [];
      bytes = 0;
    }
    current.push(message);
    bytes += size;
  }
  if (current.length > 0) result.push(current);
  return result;
}

/** Sends with acks=all. After a failure the next send starts with new connections. */
export class LogProducer {
  private producer: Promise<Producer> | undefined;

  constructor(
    private readonly client: KafkaClient,
    private readonly names: Names,
    private readonly log: Logger,
  ) {}

  async produce(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const piece of pieces(messages)) await this.send(piece);
  }

  async close(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    this.producer = undefined;
    if (producer !== undefined) await bounded(producer.disconnect(), connectMs, 'let go').catch(() => undefined);
  }

  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.producer ??= this.open();
    const current = this.producer;
    try {
      const producer = await current;
      const sent = producer.sendBatch({ acks: -1, timeout: ackTimeoutMs, topicMessages: this.byTopic(messages) });
      await bounded(sent, sendMs, 'acknowledge');
    } catch (error) {
      if (this.producer === current) {
        this.producer = undefined;
        void current.then((producer) => producer.disconnect()).catch(() => undefined);
      }
      this.log.debug('sending to kafka failed', { messages: messages.length, error });
      throw error;
    }
  }

  private byTopic(messages: readonly OutgoingMessage[]): { topic: string; messages: Message[] }[] {
    const grouped = new Map<string, Message[]>();
    for (const { topic, key, value, headers, timestamp } of messages) {
      let list = grouped.get(topic);
      if (list === undefined) grouped.set(topic, (list = []));
      list.push({
        key,
        value,
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
      });
    }
    return [...grouped].map(([topic, list]) => ({ topic: this.names.topic(topic), messages: list }));
  }

  private async open(): Promise<Producer> {
    const producer = this.client.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
    });
    await bounded(producer.connect(), connectMs, 'take a producer');
    return producer;
  }
}
