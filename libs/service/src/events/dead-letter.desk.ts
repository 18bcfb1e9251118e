import type { DeadLetterView } from '@drawbridge/contracts';
import type { Outbox } from '@drawbridge/outbox';
import { inTransaction, type Transaction } from '@drawbridge/postgres';
import type { DataSource } from 'typeorm';
import { actorOf, type Principal } from '../auth/principal.js';
import { mayReadTopic } from '../auth/withheld.js';
import { type DeadLetterRow, type DeadLetterStore, deadLetterView, messageOf } from '../persistence/dead-letter.store.js';
import { conflict, notFound } from '../problem/problem-error.js';
import type { Replays } from './replays.js';

/** Topics that anybody may write anyway; their dead letters go back to the topic itself. */
const openTopics = ['prediction.logged', 'prediction.batch.logged', 'label.received'];

/** Closes dead letters, by handling them again or by giving them up. Every decision is an audit entry. */
export class DeadLetterDesk {
  constructor(
    private readonly source: DataSource,
    private readonly store: DeadLetterStore,
    private readonly outbox: Outbox,
    private readonly replays: Replays,
    private readonly committed: () => void,
  ) {}

  async replay(id: string, principal: Principal): Promise<DeadLetterView> {
    return await this.close(id, principal, 'replayed', async (tx, row) => {
      const message = messageOf(row);
      if (message === undefined) {
        throw conflict(
          'DBR-DEADLETTER-CAPPED',
          'The payload was too large to keep, so it cannot be replayed.',
          'Send it again from its source.',
        );
      }
      const replay = this.replays.for(row.consumer_group);
      if (replay === undefined) {
        await this.sendAgain(tx, row);
        return;
      }
      const outcome = await replay(tx, message);
      if (outcome.kind === 'dead' || outcome.kind === 'later') {
        throw conflict('DBR-DEADLETTER-STILL-DEAD', `It still cannot be handled: ${outcome.reason}`, 'Fix the cause first, or discard it.');
      }
    });
  }

  async discard(id: string, reason: string, principal: Principal): Promise<DeadLetterView> {
    return await this.close(id, principal, 'discarded', async () => undefined, reason);
  }

  private async close(
    id: string,
    principal: Principal,
    status: 'replayed' | 'discarded',
    work: (tx: Transaction, row: DeadLetterRow) => Promise<void>,
    reason?: string,
  ): Promise<DeadLetterView> {
    const view = await inTransaction(this.source, async (tx) => {
      const row = await this.store.locked(tx, id);
      if (row === undefined) throw notFound('dead letter', id);
      if (row.status !== 'open') {
        throw conflict('DBR-DEADLETTER-CLOSED', `This dead letter was ${row.status} before.`, 'List open ones with status=open.');
      }
      await work(tx, row);
      await this.store.close(tx, id, status, actorOf(principal), reason);
      await this.audit(tx, row, principal, status, reason);
      return deadLetterView({ ...row, status }, mayReadTopic(principal, row.topic));
    });
    this.committed();
    return view;
  }

  private async sendAgain(tx: Transaction, row: DeadLetterRow): Promise<void> {
    if (!openTopics.includes(row.topic)) {
      throw conflict('DBR-DEADLETTER-NO-REPLAY', `The group ${row.consumer_group} cannot replay ${row.topic} in place.`);
    }
    await this.store.sendAgain(tx, row, returnsTo(row));
  }

  private async audit(
    tx: Transaction,
    row: DeadLetterRow,
    principal: Principal,
    status: string,
    reason: string | undefined,
  ): Promise<void> {
    await this.outbox.append(tx, {
      topic: 'audit.recorded',
      aggregateType: 'dead-letters',
      aggregateId: row.id,
      actor: actorOf(principal),
      data: {
        action: `deadletter.${status}`,
        subject: `dead-letters/${row.id}`,
        outcome: 'ok',
        ...(reason === undefined ? {} : { reason }),
        details: { group: row.consumer_group, topic: row.topic, partition: row.partition, offset: row.record_offset, reason: row.reason },
      },
    });
  }
}

/** One row of a batch is a prediction like any other, and goes where those go. */
function returnsTo({ topic, headers }: DeadLetterRow): string {
  return topic === 'prediction.batch.logged' && headers['content-type'] === 'application/json' ? 'prediction.logged' : topic;
}
