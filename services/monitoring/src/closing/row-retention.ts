import { type Logger, metrics } from '@drawbridge/telemetry';
import { iso } from '../domain/summary.js';
import type { Database } from '../persistence/database.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import type { OldWindow, RetentionStore } from '../persistence/retention.store.js';

const removedTotal = metrics.counter('drawbridge_monitoring_rows_removed_total', 'Old predictions and labels that were removed', ['kind']);

/** Windows of one round. */
const ROUND = 100;
/** One transaction never removes more rows than this. */
const BATCH = 5000;
const DAY_SECONDS = 86_400;
/** A label may be this much older than the rest of its window: it came while the window was open. */
const STRAY_SECONDS = 7 * DAY_SECONDS;

/**
 * Lets old predictions and labels leave, window by window: a window has all of its rows, or is never measured again. Verdicts,
 * counts, detections and measured performance stay. Any number of processes may run it.
 */
export class RowRetention {
  private stopped = false;
  private predictions = 0;
  private labels = 0;

  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly retention: RetentionStore,
    private readonly options: { readonly days: number; readonly now: () => number; readonly log: Logger },
  ) {}

  /** Removes everything that is due. What fails is left for the next time. */
  async run(): Promise<void> {
    const { days, now, log } = this.options;
    const keepSeconds = days * DAY_SECONDS;
    this.predictions = 0;
    this.labels = 0;
    try {
      for (let emptied = 1; emptied > 0 && !this.stopped;) emptied = await this.round(keepSeconds);
      const longest = Math.max(keepSeconds, await this.retention.longestHorizonSeconds());
      await this.removeStrayLabels(now() - (longest + STRAY_SECONDS) * 1000);
      await this.database.transaction((tx) => this.retention.forgetUnrouted(tx, now() - keepSeconds * 1000));
    } finally {
      const { predictions, labels } = this;
      if (predictions + labels > 0) log.info('old rows were removed', { predictions, labels, days });
    }
  }

  /** Ends the work under way after its batch. */
  stop(): void {
    this.stopped = true;
  }

  /** The number of windows that were emptied. */
  private async round(keepSeconds: number): Promise<number> {
    let emptied = 0;
    for (const window of await this.retention.due(this.options.now(), keepSeconds, ROUND)) {
      if (this.stopped) break;
      try {
        await this.empty(window);
        emptied += 1;
      } catch (error) {
        const { monitorId, startMs } = window;
        this.options.log.warn('rows of an old window could not be removed, trying again', { monitorId, start: iso(startMs), error });
      }
    }
    return emptied;
  }

  private async empty(window: OldWindow): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Whoever measures the window holds this lock; afterwards it sees the mark.
      await this.monitors.lock(tx, window.monitorId);
      await this.retention.letGo(tx, window);
    });
    for (let more = true; more && !this.stopped;) {
      const begun = Date.now();
      const removed = await this.database.transaction(async (tx) => {
        const batch = await this.retention.removeRows(tx, window, BATCH);
        if (batch.predictions < BATCH) await this.retention.finish(tx, window);
        return batch;
      });
      more = removed.predictions === BATCH;
      this.count(removed.predictions, removed.labels);
      await rest(begun);
    }
  }

  private async removeStrayLabels(beforeMs: number): Promise<void> {
    for (let removed = BATCH; removed === BATCH && !this.stopped;) {
      const begun = Date.now();
      removed = await this.database.transaction((tx) => this.retention.removeStrayLabels(tx, beforeMs, BATCH));
      this.count(0, removed);
      await rest(begun);
    }
  }

  private count(predictions: number, labels: number): void {
    this.predictions += predictions;
    this.labels += labels;
    removedTotal.inc({ kind: 'prediction' }, predictions);
    removedTotal.inc({ kind: 'label' }, labels);
  }
}

/** As long as the work took, so that removing never crowds out counting. */
function rest(begun: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Date.now() - begun));
}
