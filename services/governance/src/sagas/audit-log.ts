import { createHash } from 'node:crypto';
import { Frontier, toHex } from '@drawbridge/audit';
import type { AuditVerification, Topic } from '@drawbridge/contracts';
import type { IncomingEvent } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { ok, type Outcome } from '@drawbridge/kafka';
import { Injectable } from '@nestjs/common';
import { factOf } from '../domain/audit-entry.js';
import { leafOf, LogCheck } from '../domain/audit-tree.js';
import { AuditStore } from '../persistence/audit.store.js';
import { Database } from '../persistence/database.js';
import { traceIdOf } from './trace.js';

const pageSize = 1_000;

/** Writes every control event of every service into the log, one line each, in one tree. */
@Injectable()
export class AuditLog {
  private verification: Promise<AuditVerification> | undefined;

  constructor(
    private readonly audit: AuditStore,
    private readonly database: Database,
  ) {}

  async record(event: IncomingEvent<Topic>, tx: Transaction): Promise<Outcome> {
    const head = await this.audit.lockHead(tx);
    if (await this.audit.knows(tx, event.id)) return ok;
    const { message } = event;
    const traceId = traceIdOf(event);
    const fact = factOf({
      topic: event.topic,
      id: event.id,
      time: event.time,
      project: event.project,
      actor: event.actor,
      subject: event.subject ?? event.key ?? event.source,
      ...(traceId === undefined ? {} : { traceId }),
      partition: message.partition,
      offset: message.offset,
      payloadSha256: createHash('sha256')
        .update(message.value ?? '')
        .digest('hex'),
      data: event.data as unknown as Readonly<Record<string, unknown>>,
    });
    const frontier = head === undefined ? Frontier.empty() : Frontier.from(head);
    const entry = { ...fact, index: frontier.size };
    const leafHash = leafOf(entry);
    frontier.append(leafHash);
    const rootHash = frontier.root();
    await this.audit.append(tx, { entry, leafHash, rootHash });
    await this.audit.saveHead(tx, { ...frontier.toJSON(), rootHash });
    return ok;
  }

  /**
   * Recomputes the whole log from its rows, as of one moment. One run at a time: whoever asks meanwhile gets the answer of the run that is
   * under way, and sees in `at` when that began.
   */
  verify(now: Date): Promise<AuditVerification> {
    this.verification ??= this.recompute(now).finally(() => {
      this.verification = undefined;
    });
    return this.verification;
  }

  private recompute(now: Date): Promise<AuditVerification> {
    return this.database.snapshot(async (tx) => {
      const head = await this.audit.head(tx);
      const check = new LogCheck();
      for (let next = 0; check.fault === undefined;) {
        const page = await this.audit.from(tx, next, pageSize);
        for (const stored of page) if (!check.add(stored)) break;
        if (page.length < pageSize) break;
        next = (page.at(-1)?.entry.index ?? next) + 1;
      }
      const { rootHash, fault } = check.finish(head);
      return {
        ok: fault === undefined,
        treeSize: head?.size ?? 0,
        rootHash: toHex(rootHash),
        checked: check.checked,
        ...(fault === undefined ? {} : { firstBad: fault }),
        at: now.toISOString(),
      };
    });
  }
}
