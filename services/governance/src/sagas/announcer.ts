import type { Actor } from '@drawbridge/contracts';
import { type EventCause, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';

export interface Action {
  readonly action: string;
  readonly subject: string;
  readonly actor: Actor;
  readonly outcome?: 'ok' | 'refused' | 'failed';
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly project?: string;
  readonly cause?: EventCause;
}

/** Tells the audit log of actions that are no domain event of their own. */
@Injectable()
export class Announcer {
  constructor(private readonly outbox: Outbox) {}

  async record(tx: Transaction, { action, subject, actor, outcome = 'ok', reason, details, project, cause }: Action): Promise<void> {
    await this.outbox.append(tx, {
      topic: 'audit.recorded',
      aggregateType: 'actions',
      aggregateId: subject,
      subject,
      actor,
      ...(project === undefined ? {} : { project }),
      ...(cause === undefined ? {} : { cause }),
      data: {
        action,
        subject,
        outcome,
        ...(reason === undefined ? {} : { reason }),
        ...(details === undefined ? {} : { details: { ...details } }),
      },
    });
  }
}
