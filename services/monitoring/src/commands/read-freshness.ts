import { type Freshness, topics } from '@drawbridge/contracts';
import type { EventLog, PartitionEnds } from '@drawbridge/kafka';
import { metrics } from '@drawbridge/telemetry';
import { EndHistory, freshnessOf, lagOf, type PartitionReach } from '../domain/freshness.js';
import type { FreshnessStore } from '../persistence/freshness.store.js';

/** What producers outside send and monitoring counts. */
export const dataTopics: readonly string[] = topics
  .filter(({ owner, consumers }) => owner === 'outside' && consumers.some((consumer) => consumer.startsWith('monitoring.')))
  .map(({ name }) => name);

/** What was found is stored this often, for processes that start later. */
const KEEP_MS = 5000;

const lagRecords = metrics.gauge('drawbridge_monitoring_projection_lag_records', 'Records of a partition that are not stored yet', [
  'topic',
  'partition',
]);
const ageSeconds = metrics.gauge('drawbridge_monitoring_projection_age_seconds', 'Age of the time up to which everything is stored');

interface Seen {
  readonly ends: PartitionEnds;
  readonly history: EndHistory;
}

/**
 * Says how far what monitoring stored reaches. Positions come from Postgres with every question, so that the answer is
 * the same whichever process reads which partition; the ends of the topics are asked for on a timer, never per request.
 */
export class ReadFreshness {
  private readonly seen = new Map<string, Seen>();
  private keptMs = 0;

  constructor(
    private readonly eventLog: Pick<EventLog, 'ends'>,
    private readonly store: FreshnessStore,
    private readonly now: () => number,
  ) {}

  /** Sees where the topics end now. While the broker is away the last ends stand, and what is told grows older. */
  async look(): Promise<void> {
    // Taken before the question: whatever was there then lies before the ends that are answered.
    const atMs = this.now();
    for (const ends of await this.eventLog.ends(dataTopics)) {
      const key = keyOf(ends.topic, ends.partition);
      const history = this.seen.get(key)?.history ?? new EndHistory(0);
      history.seen(Number(ends.high), atMs);
      this.seen.set(key, { ends, history });
    }
    const reaches = await this.reaches();
    for (const reach of reaches) lagRecords.set({ topic: reach.topic, partition: String(reach.partition) }, lagOf(reach));
    ageSeconds.set(freshnessOf(reaches, this.now()).lagMs / 1000);
    if (atMs - this.keptMs < KEEP_MS) return;
    await this.store.keep(reaches);
    this.keptMs = atMs;
  }

  /** To be asked before what it is about is read: then it promises no more than the answer holds. */
  async read(): Promise<Freshness> {
    return freshnessOf(await this.reaches(), this.now());
  }

  private async reaches(): Promise<PartitionReach[]> {
    const stored = new Map((await this.store.reaches(dataTopics)).map((one) => [keyOf(one.topic, one.partition), one]));
    return [...this.seen].map(([key, { ends, history }]) => {
      const known = stored.get(key);
      const low = Number(ends.low);
      // Records that left the topic before they were read are not waited for.
      const next = Math.max(low, known?.next ?? low);
      if (known?.asOfMs !== undefined) history.learn(known.asOfMs);
      const { topic, partition } = ends;
      return { topic, partition, low, high: Number(ends.high), next, asOfMs: history.asOf(next) };
    });
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${String(partition)}`;
}
