import { type Logger, metrics } from '@drawbridge/telemetry';
import type { Database } from '../persistence/database.js';
import type { PartitionStore } from '../persistence/partition.store.js';
import type { RetentionStore } from '../persistence/retention.store.js';

const droppedTotal = metrics.counter(
  'drawbridge_monitoring_partitions_dropped_total',
  'Partitions of old predictions and labels that were dropped',
);
const strayTotal = metrics.counter('drawbridge_monitoring_stray_labels_removed_total', 'Old labels without a prediction that were removed');

/** One transaction never removes more rows than this. */
const BATCH = 5000;
const DAY_SECONDS = 86_400;
/** A label may be this much older than the rest of its window: it came while the window was open. */
const STRAY_SECONDS = 7 * DAY_SECONDS;

/**
 * Lets old predictions and labels leave, partition by partition: a window has all of its rows, or is never measured again.
 * Verdicts, counts, detections and measured performance stay. Any number of processes may run it.
 */
export class RowRetention {
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly partitions: PartitionStore,
    private readonly retention: RetentionStore,
    private readonly options: { readonly days: number; readonly log: Logger },
  ) {}

  /** Removes everything that is due. What fails is left for the next time. */
  async run(): Promise<void> {
    const keepSeconds = this.options.days * DAY_SECONDS;
    for (const name of await this.retention.due(keepSeconds)) if (!this.stopped) await this.drop(name, keepSeconds);
    const longest = Math.max(keepSeconds, await this.retention.longestHorizonSeconds());
    await this.removeStrayLabels(longest + STRAY_SECONDS);
    await this.database.transaction((tx) => this.retention.forgetUnrouted(tx, keepSeconds));
  }

  /** Ends the work under way after its batch. */
  stop(): void {
    this.stopped = true;
  }

  /** Marks first: what happens to the process in between, no window is measured from a part of its rows. */
  private async drop(name: string, keepSeconds: number): Promise<void> {
    const { log, days } = this.options;
    try {
      await this.database.transaction((tx) => this.retention.letGo(tx, name, keepSeconds));
      const dropped = await this.database.transaction((tx) => this.partitions.drop(tx, name));
      if (!dropped) return;
      await this.database.transaction((tx) => this.retention.finish(tx, name));
      droppedTotal.inc();
      log.info('old rows were removed', { partition: name, days });
    } catch (error) {
      log.warn('a partition of old rows could not be dropped, trying again', { partition: name, error });
    }
  }

  private async removeStrayLabels(ageSeconds: number): Promise<void> {
    for (let removed = BATCH; removed === BATCH && !this.stopped;) {
      const begun = performance.now();
      removed = await this.database.transaction((tx) => this.retention.removeStrayLabels(tx, ageSeconds, BATCH));
      strayTotal.inc(removed);
      await rest(begun);
    }
  }
}

/** As long as the work took, so that removing never crowds out counting. */
function rest(begun: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
}
