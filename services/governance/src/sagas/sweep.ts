import { type Logger, metrics } from '@drawbridge/telemetry';
import type { Database } from '../persistence/database.js';
import type { StandingStore } from '../persistence/standing.store.js';
import type { ApprovalSaga } from './approval.saga.js';
import type { Keyring } from './keyring.js';
import type { PolicySaga } from './policy.saga.js';

export interface SweepParts {
  readonly approvals: ApprovalSaga;
  readonly policies: PolicySaga;
  readonly keyring: Keyring;
  readonly database: Database;
  readonly standing: StandingStore;
  readonly log: Logger;
}

export interface Swept {
  readonly expired: number;
  readonly steps: number;
}

/** Tidying and counting are done once in so many passes. */
const rarely = 10;

/** What the passage of time does: closes lapsed approvals, puts published policies to the versions that are left, forgets old sessions. */
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private passes = 0;
  private readonly pending = metrics.gauge('drawbridge_governance_approvals_pending_total', 'Approvals that wait for a person.');
  private readonly unresolved = metrics.gauge('drawbridge_governance_incidents_unresolved_total', 'Incidents that are not resolved.');
  private readonly entries = metrics.gauge('drawbridge_governance_audit_entries_total', 'Entries in the audit log.');

  constructor(
    private readonly parts: SweepParts,
    private readonly everyMs: number,
    private readonly now: () => Date = () => new Date(),
  ) {}

  start(): void {
    this.stopped = false;
    this.later();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One pass at a given time. */
  async run(now: Date): Promise<Swept> {
    const { approvals, policies } = this.parts;
    const expired = await approvals.expire(now);
    let steps = 0;
    while (!this.stopped && (await policies.reevaluateSome(now))) steps += 1;
    if (this.passes % rarely === 0) await this.tidy(now);
    this.passes += 1;
    return { expired, steps };
  }

  private async tidy(now: Date): Promise<void> {
    const { keyring, database, standing } = this.parts;
    await keyring.forgetOld(now);
    const { pendingApprovals, unresolvedIncidents, auditEntries } = await database.read((tx) => standing.read(tx));
    this.pending.set(pendingApprovals);
    this.unresolved.set(unresolvedIncidents);
    this.entries.set(auditEntries);
  }

  private later(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.pass();
    }, this.everyMs);
  }

  private async pass(): Promise<void> {
    try {
      const { expired } = await this.run(this.now());
      if (expired > 0) this.parts.log.info('approvals expired', { expired });
    } catch (error) {
      // The database may be away; nothing is lost, the next pass finds the same rows.
      this.parts.log.warn('the sweep failed and will be repeated', { error });
    }
    this.later();
  }
}
