import type { EventLog } from '@drawbridge/kafka';
import type { WatermarkStore } from '../persistence/watermark.store.js';
import type { WindowStore } from '../persistence/window.store.js';
import type { Partitions } from './partitions.js';

/**
 * Notes partitions that are read to their end with nothing left to flush, so that they stop holding windows open once
 * they have been silent for long enough. Only while something is open: an idle installation writes nothing.
 */
export class ReadEnds {
  constructor(
    private readonly eventLog: Pick<EventLog, 'lag'>,
    private readonly partitions: Pick<Partitions, 'all'>,
    private readonly watermarks: Pick<WatermarkStore, 'nowMs' | 'caughtUp'>,
    private readonly windows: Pick<WindowStore, 'hasOpen'>,
    private readonly options: {
      readonly quietMs: number;
      readonly elapsed: () => number;
      readonly topic: string;
      readonly group: string;
      readonly progressed: () => void;
    },
  ) {}

  async look(): Promise<void> {
    const { quietMs, elapsed, topic, group, progressed } = this.options;
    const quiet = this.partitions.all().filter((state) => state.pending === 0 && elapsed() - state.lastBatchMs >= quietMs);
    if (quiet.length === 0 || !(await this.windows.hasOpen())) return;
    const asked = elapsed();
    // Before Kafka is asked: what comes in between is later than what is noted, and still waited for.
    const askedAtMs = await this.watermarks.nowMs();
    const lags = new Map((await this.eventLog.lag(group, [topic])).map(({ partition, lag }) => [partition, lag]));
    // Nothing new came while the broker was asked: what it answered still holds. Kafka's own commit follows the stored
    // position, so no lag means that everything up to the end is stored.
    const ended = quiet.filter((state) => lags.get(state.partition) === 0n && state.pending === 0 && state.lastBatchMs < asked);
    await this.watermarks.caughtUp(
      ended.map(({ lane }) => lane),
      askedAtMs,
    );
    if (ended.length > 0) progressed();
  }
}
