import type { KafkaMessage } from '@drawbridge/kafka';

/** A record as it came, by itself. */
export function aMessage(value: Buffer | null, part: Partial<KafkaMessage> = {}): KafkaMessage {
  return { topic: 'prediction.logged', partition: 0, offset: 5n, timestamp: 9, key: null, value, headers: {}, ...part };
}
