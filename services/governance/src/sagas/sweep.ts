import { Relay } from '@drawbridge/outbox';
import type { Logger } from '@drawbridge/telemetry';
import type { ApprovalSaga } from './approval.saga.js';
import type { PolicySaga } from './policy.saga.js';

/** What the passage of time does: closes lapsed approvals, and puts published policies to the versions that are left. */
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly approvals: ApprovalSaga,
    private readonly policies: PolicySaga,
    private readonly relay: Relay,
    private readonly log: Logger,
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

  /** One pass; the number of approvals closed and of re-evaluation steps done. */
  async run(now: Date): Promise<{ expired: number; steps: number }> {
    const expired = await this.approvals.expire(now);
    let steps = 0;
    while (!this.stopped && (await this.policies.reevaluateSome(now))) steps += 1;
    if (expired + steps > 0) this.relay.wake();
    return { expired, steps };
  }

  private later(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run(this.now()).then(
        ({ expired }) => {
          if (expired > 0) this.log.info('approvals expired', { expired });
          this.later();
        },
        (error: unknown) => {
          // The database may be away; nothing is lost, the next pass finds the same rows.
          this.log.warn('the sweep failed and will be repeated', { error });
          this.later();
        },
      );
    }, this.everyMs);
  }
}
