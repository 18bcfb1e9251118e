import type { EventLog, KafkaMessage, OutgoingMessage } from './event-log.js';

/** What the suite needs of an adapter. Topics and groups are fresh, so that tests do not see each other. */
export interface ContractSubject {
  readonly log: EventLog;
  /** A second client of the same log, as another process would be. */
  another(): Promise<EventLog>;
  topic(partitions: number): Promise<string>;
  group(): string;
  close(): Promise<void>;
}

/** Waits until `condition` holds; fails with what it was waiting for. */
export async function until(what: string, condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const text = (message: KafkaMessage): string => message.value?.toString() ?? '(none)';

export function numbered(topic: string, count: number, key: string | null = 'k'): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key, value: String(index) }));
}
