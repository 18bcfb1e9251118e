import type { KafkaMessage } from '@drawbridge/kafka';
import { cutMessage } from '@drawbridge/outbox';
import type { DeadRecord } from '../persistence/flush.store.js';
import type { Reject } from './reject.js';

/** Dead letters that wait for their flush: of each as much as will be stored of it. */
export class DeadRecords implements Iterable<DeadRecord> {
  private readonly records: DeadRecord[] = [];
  private held = 0;

  get count(): number {
    return this.records.length;
  }

  /** What they hold in memory, near enough. */
  get bytes(): number {
    return this.held;
  }

  add(whole: KafkaMessage, { reason, message: detail }: Reject, row?: number): void {
    const record = { ...cutMessage(whole), reason, detail, row };
    this.records.push(record);
    this.held += bytesOf(record);
  }

  [Symbol.iterator](): IterableIterator<DeadRecord> {
    return this.records.values();
  }
}

/** What a record with nothing in it takes. */
const LEAST_BYTES = 500;

function bytesOf({ message: { key, value, headers }, reason, detail }: DeadRecord): number {
  let bytes = LEAST_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + reason.length + detail.length;
  for (const [name, text] of Object.entries(headers)) bytes += name.length + text.length;
  return bytes;
}
