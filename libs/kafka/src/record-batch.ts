import type { KafkaMessage as KafkajsMessage } from 'kafkajs';
import { byteRanges } from './byte-ranges.js';
import { unreadableReason } from './codecs.js';
import type { ByteRanges, KafkaMessage, RecordBatch } from './event-log.js';

type RawHeaders = KafkajsMessage['headers'];

/** The first value of a header as text. A producer may repeat a header or leave it empty. */
function headerText(raw: Buffer | string | (Buffer | string)[] | undefined): string | undefined {
  const first = Array.isArray(raw) ? raw[0] : raw;
  if (first === undefined || first === null) return undefined;
  return typeof first === 'string' ? first : first.toString('utf8');
}

/** All headers as text. */
export function headersText(raw: RawHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  if (raw === undefined) return headers;
  for (const name of Object.keys(raw)) {
    const text = headerText(raw[name]);
    if (text !== undefined) headers[name] = text;
  }
  return headers;
}

/** One message in the words of the port. A record that could not be read has no key and carries `unreadable`. */
export function toMessage(topic: string, partition: number, raw: KafkajsMessage): KafkaMessage {
  const unreadable = unreadableReason(raw.key, raw.headers);
  return {
    topic,
    partition,
    offset: BigInt(raw.offset),
    timestamp: Number(raw.timestamp),
    key: unreadable === undefined ? raw.key : null,
    value: raw.value,
    headers: unreadable === undefined ? headersText(raw.headers) : {},
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

interface Fetched {
  readonly messages: readonly KafkajsMessage[];
  readonly highWatermark: string;
  firstOffset(): string | null;
  lastOffset(): string;
}

/** A batch over what kafkajs decoded; headers, keys and numbers are converted only when asked for. */
export class KafkajsRecordBatch implements RecordBatch {
  readonly firstOffset: bigint;
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  readonly count: number;
  private ranges: ByteRanges | undefined;
  private numbers: Float64Array | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly fetched: Fetched,
  ) {
    this.count = fetched.messages.length;
    this.firstOffset = BigInt(fetched.firstOffset() ?? fetched.messages[0]?.offset ?? 0);
    this.nextOffset = BigInt(fetched.lastOffset()) + 1n;
    this.highWatermark = BigInt(fetched.highWatermark);
  }

  get values(): ByteRanges {
    return (this.ranges ??= byteRanges(this.fetched.messages.map(({ value }) => value)));
  }

  get offsets(): Float64Array {
    return (this.numbers ??= Float64Array.from(this.fetched.messages, ({ offset }) => Number(offset)));
  }

  value(index: number): Buffer | null {
    return this.at(index).value;
  }

  key(index: number): Buffer | null {
    const { key, headers } = this.at(index);
    return unreadableReason(key, headers) === undefined ? key : null;
  }

  offset(index: number): bigint {
    return BigInt(this.at(index).offset);
  }

  timestamp(index: number): number {
    return Number(this.at(index).timestamp);
  }

  header(index: number, name: string): string | undefined {
    return headerText(this.at(index).headers?.[name]);
  }

  message(index: number): KafkaMessage {
    return toMessage(this.topic, this.partition, this.at(index));
  }

  unreadable(index: number): string | undefined {
    const { key, headers } = this.at(index);
    return unreadableReason(key, headers);
  }

  private at(index: number): KafkajsMessage {
    const message = this.fetched.messages[index];
    if (message === undefined) throw new RangeError(`record ${index} of a batch of ${this.count}`);
    return message;
  }
}
