import { createHash } from 'node:crypto';
import type { BaselineDocument } from '@drawbridge/drift';
import type { Outbox } from '@drawbridge/outbox';
import { isRefusedData, type Transaction } from '@drawbridge/postgres';
import { inSpan, type Logger, metrics } from '@drawbridge/telemetry';
import { declaredKind, measure, type Performance, performanceStep, referencePerformance, worthCounting } from '../domain/performance.js';
import type { Monitor } from '../domain/monitor.js';
import { addressOf, identityOf, SYSTEM } from '../domain/monitor-event.js';
import { iso } from '../domain/summary.js';
import type { BaselineStore } from '../persistence/baseline.store.js';
import type { Database } from '../persistence/database.js';
import { performanceEventId, windowId } from '../persistence/ids.js';
import type { LabelJoinStore } from '../persistence/label-join.store.js';
import type { MonitorStore } from '../persistence/monitor.store.js';
import type { DueWindow, Measured, PerformanceStore } from '../persistence/performance.store.js';
import { eachAlone } from './each-alone.js';
import type { RefusedLabels } from './refused-labels.js';

const evaluationSeconds = metrics.histogram('drawbridge_monitoring_evaluation_seconds', 'Counting and measuring the labels of one window', {
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

/** The database refuses a label that waited for the window. */
class LabelRefused extends Error {}

/** Windows looked at in one round. */
const ROUND = 20;

/**
 * Measures closed windows again when labels came for them. Every result is computed anew from the stored rows, so it
 * depends on which labels there are and not on how they came. One monitor's windows are serialised by its row lock. A label that
 * the database refuses is set aside, and its window is measured in the next round.
 */
export class Evaluator {
  constructor(
    private readonly database: Database,
    private readonly monitors: MonitorStore,
    private readonly baselines: BaselineStore,
    private readonly performances: PerformanceStore,
    private readonly joins: LabelJoinStore,
    private readonly labels: Pick<RefusedLabels, 'joinApart'>,
    private readonly outbox: Outbox,
    private readonly options: { readonly log: Logger; readonly measured: () => void },
  ) {}

  /** One round; the number of windows looked at. */
  async run(): Promise<number> {
    const due = [...(await this.performances.due(ROUND)), ...(await this.performances.overdue(ROUND))];
    if (due.length === 0) return 0;
    const refused: DueWindow[] = [];
    await inSpan('measure windows', { attributes: { 'drawbridge.windows': due.length } }, async () => {
      await eachAlone(
        this.database,
        due,
        (tx, window) => this.evaluate(tx, window),
        (window, error) => {
          if (error instanceof LabelRefused) refused.push(window);
          this.warn(window, error);
        },
      );
    });
    for (const window of refused) await this.labels.joinApart(window.monitorId, window.startMs).catch((error) => this.warn(window, error));
    this.options.measured();
    return due.length;
  }

  private warn({ monitorId, startMs }: DueWindow, error: unknown): void {
    this.options.log.warn('a window could not be measured, trying again', { monitorId, start: iso(startMs), error });
  }

  private async evaluate(tx: Transaction, due: DueWindow): Promise<void> {
    const timed = evaluationSeconds.startTimer();
    try {
      await this.evaluateOne(tx, due);
    } finally {
      timed();
    }
  }

  private async evaluateOne(tx: Transaction, due: DueWindow): Promise<void> {
    const { monitorId, startMs } = due;
    // Before any lock that others need at once: a join under way may take seconds.
    if (due.mustCount) await this.joins.waitForJoins(tx);
    const monitor = await this.monitors.lock(tx, monitorId);
    if (monitor === undefined) return;
    await this.performances.answered(tx, due);
    if (!(await this.performances.measurable(tx, monitorId, startMs))) return;
    const state = await this.performances.state(tx, monitorId, startMs);
    const endMs = startMs + monitor.settings.windowSeconds * 1000;
    if (due.mustCount) {
      await this.joins.joinWindow(tx, monitorId, startMs, endMs).catch((error: unknown) => {
        throw isRefusedData(error) ? new LabelRefused('a label of it is refused', { cause: error }) : error;
      });
    }
    let ofAll: { ofN: number; keptShare: number } | undefined;
    const window = { windowId: windowId(monitorId, startMs), monitorId, startMs, endMs };
    const ages = { endMs, clockMs: await this.performances.clockMs(tx, monitorId) };
    if (state === undefined || state.revision === 0) {
      const noted = (state?.noted ?? 0) + due.labels;
      if (state !== undefined && !due.mustCount && !worthCounting(state, noted, monitor.settings.labelCoverage)) {
        await this.performances.note(tx, monitorId, startMs, noted);
        return;
      }
      // Counting is cheap, measuring is not: figures nobody will see are not computed.
      ofAll = await this.performances.count(tx, monitorId, startMs);
      const counted = { labelled: await this.performances.labelledCount(tx, monitorId, startMs), ofN: ofAll.ofN };
      if (performanceStep(state, { ...counted, digest: '' }, ages, monitor.settings) === 'wait') {
        await this.performances.save(tx, { ...window, ...counted, revision: 0, performance: { metrics: [] }, digest: '' });
        return;
      }
    }
    const rows = await this.performances.labelled(tx, monitorId, startMs);
    const { ofN, keptShare } = ofAll ?? (await this.performances.count(tx, monitorId, startMs));
    const counted = { labelled: rows.length, ofN };
    const baseline = await this.baselineOf(monitor);
    const performance = measure(rows, declaredKind(baseline));
    const digest = createHash('sha256')
      .update(JSON.stringify([counted, performance]))
      .digest('hex');
    const step = performanceStep(state, { ...counted, digest }, ages, monitor.settings);
    if (step !== 'measured' && step !== 'revised') return;
    const measured = { ...window, ...counted, revision: (state?.revision ?? 0) + 1, performance, digest };
    await this.performances.save(tx, measured);
    await this.announce(tx, monitor, measured, keptShare, step, referencePerformance(baseline));
  }

  private async baselineOf({ baselineSha256 }: Monitor): Promise<BaselineDocument | undefined> {
    return baselineSha256 === null ? undefined : (await this.baselines.get(baselineSha256)).document;
  }

  private async announce(
    tx: Transaction,
    monitor: Monitor,
    measured: Measured,
    keptShare: number,
    step: 'measured' | 'revised',
    reference: Record<string, number> | undefined,
  ): Promise<void> {
    const { performance, revision, labelled, ofN } = measured;
    await this.outbox.append(tx, {
      topic: step === 'measured' ? 'performance.measured' : 'performance.revised',
      id: performanceEventId(measured.windowId, revision),
      ...addressOf(monitor),
      actor: SYSTEM,
      cause: monitor.cause,
      data: {
        ...identityOf(monitor),
        windowId: measured.windowId,
        start: iso(measured.startMs),
        end: iso(measured.endMs),
        revision,
        labelled,
        ofN,
        coverage: ofN === 0 ? 0 : labelled / ofN,
        ...(keptShare < 1 ? { sampleRate: keptShare } : {}),
        ...figures(performance),
        ...(reference === undefined ? {} : { reference }),
      },
    });
  }
}

function figures({ metrics, calibration, unmeasured }: Performance): Performance {
  return { metrics, ...(calibration === undefined ? {} : { calibration }), ...(unmeasured === undefined ? {} : { unmeasured }) };
}
