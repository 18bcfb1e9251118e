import type { ByteRanges, KafkaMessage, RecordBatch } from '../event-log.js';
import { type RecordIndex, walkHeaders } from './record-walk.js';

/** The records of one partition in one answer, read in place. Values and keys are views of memory that is used again, not copies. */
export class FetchedBatch implements RecordBatch {
  readonly firstOffset: bigint;
  readonly count: number;
  readonly values: ByteRanges;
  readonly offsets: Float64Array;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly bytes: Buffer,
    private readonly index: RecordIndex,
    readonly nextOffset: bigint,
    readonly highWatermark: bigint,
    /** Why a record cannot be read, by its number. */
    private readonly broken: ReadonlyMap<number, string>,
    /** The offset that was asked for: where a batch without records begins. */
    private readonly asked: number,
  ) {
    this.count = index.count;
    this.offsets = index.offset;
    this.values = { bytes, start: index.valueStart, end: index.valueEnd };
    this.firstOffset = BigInt(index.count === 0 ? asked : index.offset[0]!);
  }

  /** The same records under the contract's name of their topic. */
  named(topic: string): FetchedBatch {
    const { partition, bytes, index, nextOffset, highWatermark, broken, asked } = this;
    return topic === this.topic ? this : new FetchedBatch(topic, partition, bytes, index, nextOffset, highWatermark, broken, asked);
  }

  value(index: number): Buffer | null {
    return this.part(this.index.valueStart, this.index.valueEnd, index);
  }

  key(index: number): Buffer | null {
    return this.part(this.index.keyStart, this.index.keyEnd, index);
  }

  offset(index: number): bigint {
    this.check(index);
    return BigInt(this.index.offset[index]!);
  }

  timestamp(index: number): number {
    this.check(index);
    return this.index.timestamp[index]!;
  }

  header(index: number, name: string): string | undefined {
    let found: string | undefined;
    this.headers(index, (key, value) => {
      if (key !== name) return true;
      found = value;
      return value === undefined;
    });
    return found;
  }

  message(index: number): KafkaMessage {
    const headers: Record<string, string> = {};
    this.headers(index, (name, value) => {
      // A producer may repeat a header: the first counts.
      if (value !== undefined && !Object.hasOwn(headers, name)) Object.defineProperty(headers, name, { value, enumerable: true });
      return true;
    });
    const unreadable = this.broken.get(index);
    return {
      topic: this.topic,
      partition: this.partition,
      offset: this.offset(index),
      timestamp: this.timestamp(index),
      key: copied(this.key(index)),
      value: copied(this.value(index)),
      headers,
      ...(unreadable === undefined ? {} : { unreadable }),
    };
  }

  unreadable(index: number): string | undefined {
    this.check(index);
    return this.broken.size === 0 ? undefined : this.broken.get(index);
  }

  private part(start: Int32Array, end: Int32Array, index: number): Buffer | null {
    this.check(index);
    return end[index]! < 0 ? null : this.bytes.subarray(start[index]!, end[index]!);
  }

  private headers(index: number, visit: (name: string, value: string | undefined) => boolean): void {
    this.check(index);
    const { bytes } = this;
    if (this.broken.has(index)) return;
    walkHeaders(bytes, this.index.headersFrom[index]!, (nameFrom, nameTo, valueFrom, valueTo) =>
      visit(bytes.toString('utf8', nameFrom, nameTo), valueTo < 0 ? undefined : bytes.toString('utf8', valueFrom, valueTo)),
    );
  }

  private check(index: number): void {
    if (!(index >= 0 && index < this.count)) throw new RangeError(`record ${index} of a batch of ${this.count}`);
  }
}

function copied(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
