import type { ConsumerGroup } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { inSpan, type Logger } from '@drawbridge/telemetry';
import type { WindowPart } from '../domain/window-part.js';
import type { Database } from '../persistence/database.js';
import type { DeadLetterStore } from '../persistence/dead-letter.store.js';
import type { FlushStore } from '../persistence/flush.store.js';
import type { MessageRowsStore } from '../persistence/message-rows.store.js';
import type { PositionStore } from '../persistence/position.store.js';
import { intakeMetrics } from './intake.metrics.js';
import type { OpenPart, PartitionState } from './partition-state.js';
import type { CommitStrategy } from './position.js';

/** `passed`: written, and the partition got past the end of a window. */
export type FlushResult = 'written' | 'passed' | 'refused';

class Refused extends Error {}

interface Written {
  readonly merged: Map<OpenPart, WindowPart>;
  /** Rows of unknown versions that were counted without their names. */
  readonly nameless: number;
}

/** A flood is told once in this time. */
const WARNING_MS = 60_000;

/**
 * One transaction: the position moves by compare-and-swap, and with it counts, watermarks, kept rows, accounts and dead
 * letters. Windows that are complete now are closed right after it, from committed state alone (see `closing/`).
 */
export class IntakeFlush {
  private warnedMs = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly positions: PositionStore,
    private readonly store: FlushStore,
    private readonly deadLetters: DeadLetterStore,
    private readonly strategy: CommitStrategy,
    private readonly now: () => number,
    private readonly log: Logger,
    private readonly from: { readonly topic: string; readonly group: ConsumerGroup; readonly messages?: MessageRowsStore },
  ) {}

  async run(state: PartitionState, topicId: string): Promise<FlushResult> {
    const { partition, pending } = state;
    const { topic } = this.from;
    const links = state.links.map((traceparent) => ({ traceparent }));
    const attributes = { 'messaging.batch.message_count': pending, 'messaging.kafka.partition': partition };
    return inSpan(`process ${topic}`, { kind: 'consumer', attributes, links }, async () => {
      const timed = intakeMetrics.flushSeconds.startTimer({ topic });
      const to = state.next;
      try {
        await this.store.makeRoom(state.dirtyParts());
        const { merged, nameless } = await this.database.transaction((tx) => this.write(tx, state, topicId, to));
        this.count(state);
        if (nameless > 0) this.flooded(partition, nameless);
        return state.flushed(to, merged) ? 'passed' : 'written';
      } catch (error) {
        if (error instanceof Refused) return 'refused';
        this.store.forgetRoom();
        throw error;
      } finally {
        timed();
      }
    });
  }

  private async write(tx: Transaction, state: PartitionState, topicId: string, to: bigint): Promise<Written> {
    const { store } = this;
    const { topic, group, messages } = this.from;
    const { partition, lane } = state;
    if (this.strategy === 'swap') {
      const moved = await this.positions.advance(tx, topic, topicId, partition, state.stored, to);
      if (!moved) throw new Refused();
    }
    const dirty = state.dirtyParts();
    const stored = await store.loadParts(
      tx,
      lane,
      dirty.filter((open) => !open.loaded),
    );
    const merged = new Map(dirty.map((open) => [open, stored.get(open)?.merge(open.part) ?? open.part]));
    const parts = [...merged].map(([{ target, startMs }, part]) => ({ target, startMs, part }));
    await store.writeParts(tx, lane, parts);
    await store.writeKept(tx, state.kept);
    await store.writeWatermarks(tx, lane, this.movedWatermarks(state));
    await store.writeAccounts(tx, lane, state.accounts);
    const nameless = await store.writeUnrouted(tx, [...state.unrouted.values()], state.nameless);
    for (const record of state.dead) await this.deadLetters.add(tx, group, record);
    await messages?.write(tx, partition, state.messages);
    await store.noteLate(tx, parts);
    return { merged, nameless };
  }

  private flooded(partition: number, rows: number): void {
    intakeMetrics.nameless.inc(rows);
    if (this.now() - this.warnedMs < WARNING_MS) return;
    this.warnedMs = this.now();
    this.log.warn('predictions of more unknown versions than are told apart', {
      partition,
      rows,
      fix: 'GET /api/v1/accounting names the first of them: find the producer that sends versions nobody deployed',
    });
  }

  private movedWatermarks(state: PartitionState): Map<string, number> {
    const moved = new Map<string, number>();
    for (const [monitorId, { ms }] of state.watermarks) if (ms > -Infinity && state.accounts.has(monitorId)) moved.set(monitorId, ms);
    return moved;
  }

  private count(state: PartitionState): void {
    const { topic } = this.from;
    for (const account of state.accounts.values()) {
      intakeMetrics.consumed.inc({ topic }, account.consumed);
      intakeMetrics.deduplicated.inc(account.deduplicated);
      intakeMetrics.beyondHorizon.inc(account.beyondHorizon);
      intakeMetrics.unrouted.inc(account.unrouted);
    }
    intakeMetrics.late.inc(state.late);
    for (const { reason } of state.dead) intakeMetrics.rejected.inc({ topic, reason: reason.split(' ')[0] ?? reason });
  }
}
