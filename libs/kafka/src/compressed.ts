import { createLogger } from '@drawbridge/telemetry';
import kafkajs from 'kafkajs';
import { createClient } from './client.js';
import type { KafkaSettings, OutgoingMessage } from './event-log.js';
import { Names } from './names.js';

/** Sends messages as one batch compressed by gzip, as others do and our own producer never does; resolves to the offset of the first. For tests. */
export async function sendCompressed(
  settings: KafkaSettings,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  messages: readonly Pick<OutgoingMessage, 'key' | 'value' | 'headers'>[],
): Promise<bigint> {
  const client = createClient(settings, createLogger('test', { write: () => true }));
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const [sent] = await producer.send({
      topic: new Names(settings.topicPrefix ?? '').topic(topic),
      compression: kafkajs.CompressionTypes.GZIP,
      messages: messages.map(({ key, value, headers = {} }) => ({ key, value, partition, headers: { ...headers } })),
    });
    return BigInt(sent?.baseOffset ?? -1);
  } finally {
    await producer.disconnect();
  }
}
