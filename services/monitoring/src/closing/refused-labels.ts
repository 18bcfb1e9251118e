import type { KafkaMessage } from '@drawbridge/kafka';
import { isRefusedData, type Transaction } from '@drawbridge/postgres';
import { type Logger, metrics } from '@drawbridge/telemetry';
import { labelMessage } from '../domain/label-message.js';
import type { Database } from '../persistence/database.js';
import type { DeadLetterStore } from '../persistence/dead-letter.store.js';
import type { LabelJoinStore, WaitingLabel } from '../persistence/label-join.store.js';
import type { RefusedLabel } from '../persistence/refused-label.js';

const refusedTotal = metrics.counter(
  'drawbridge_monitoring_labels_refused_total',
  'Labels that the database refused to join, now dead letters',
);

const TOPIC = 'label.received';
const GROUP = 'monitoring.labels';

/** Labels that the database refuses to join: they become dead letters, so that all others join and their window is measured. */
export class RefusedLabels {
  constructor(
    private readonly database: Database,
    private readonly joins: LabelJoinStore,
    private readonly deadLetters: Pick<DeadLetterStore, 'add'>,
    private readonly options: { readonly log: Logger; readonly refused: () => void },
  ) {}

  /** What a fix of the database makes acceptable can be replayed: the label comes again as a message that says the same. */
  async setAside(takeOut: (tx: Transaction) => Promise<RefusedLabel[]>, error: Error): Promise<void> {
    const refused = await this.database.transaction(async (tx) => {
      const taken = await takeOut(tx);
      for (const label of taken)
        await this.deadLetters.add(tx, GROUP, { message: messageOf(label), reason: 'refused-by-database (value)', detail: error.message });
      return taken;
    });
    for (const { partition, offset } of refused)
      this.options.log.error('a label is refused', { topic: TOPIC, partition, offset: String(offset), error });
    refusedTotal.inc(refused.length);
    this.options.refused();
  }

  /** Joins the labels that wait for the predictions of a window, in halves until those that are refused are alone. */
  async joinApart(monitorId: string, startMs: number): Promise<void> {
    const waiting = await this.database.transaction(async (tx) => {
      await this.joins.waitForJoins(tx);
      return this.joins.waiting(tx, monitorId, startMs);
    });
    await this.joinSome(monitorId, startMs, waiting);
  }

  private async joinSome(monitorId: string, startMs: number, some: readonly WaitingLabel[]): Promise<void> {
    const [first] = some;
    if (first === undefined) return;
    try {
      await this.database.transaction((tx) => this.joins.joinWaiting(tx, monitorId, startMs, some));
    } catch (error) {
      if (!(error instanceof Error) || !isRefusedData(error)) throw error;
      if (some.length === 1) return this.setAside((tx) => this.joins.takeOutWaiting(tx, first), error);
      const middle = some.length >>> 1;
      await this.joinSome(monitorId, startMs, some.slice(0, middle));
      await this.joinSome(monitorId, startMs, some.slice(middle));
    }
  }
}

function messageOf(label: RefusedLabel): KafkaMessage {
  const { partition, offset, predictionId, observedMs } = label;
  const headers = { 'content-type': 'application/json' };
  const [key, value] = [Buffer.from(predictionId), Buffer.from(labelMessage(label))];
  return { topic: TOPIC, partition, offset, timestamp: observedMs, key, value, headers };
}
