import type { EventMap, Topic } from '@drawbridge/contracts';
import type { EventLog, KafkaMessage } from '@drawbridge/kafka';

/** One message as an outsider sees it. */
export interface SeenEvent<T = unknown> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed value; the text when it is no JSON, undefined for a tombstone. */
  readonly data: T;
}

export function seen(message: KafkaMessage): SeenEvent {
  const { topic, partition, offset, headers } = message;
  const text = message.value?.toString('utf8');
  let data: unknown = text;
  try {
    data = text === undefined ? undefined : JSON.parse(text);
  } catch {
    // What is no JSON stays text: dead letters are tested too.
  }
  return { topic, partition, offset, key: message.key?.toString('utf8') ?? null, headers, data };
}

/** Reads a topic from its beginning until `enough` says so. */
export async function collect<T extends Topic>(
  log: EventLog,
  topic: T | `${string}.dlq`,
  enough: (events: readonly SeenEvent<EventMap[T]>[]) => boolean,
  timeoutMs: number,
): Promise<SeenEvent<EventMap[T]>[]> {
  const events: SeenEvent<EventMap[T]>[] = [];
  let settle: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const following = await log.follow({
    topics: [topic],
    onMessage(message) {
      events.push(seen(message) as SeenEvent<EventMap[T]>);
      if (enough(events)) settle();
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const shown = events.slice(-5).map((event) => JSON.stringify(event.data).slice(0, 300));
      reject(new Error(`${topic}: not enough within ${timeoutMs} ms; saw ${events.length}, last:\n${shown.join('\n')}`));
    }, timeoutMs);
  });
  try {
    // "None at all" is an answer that only a fully read topic can give.
    await Promise.race([following.caughtUp, late]);
    if (!enough(events)) await Promise.race([done, late]);
    return events;
  } finally {
    clearTimeout(timer);
    await following.stop();
  }
}
