import type { EventMap } from '@drawbridge/contracts';
import { drop, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { AnalysisSaga } from '../sagas/analysis.saga.js';

/** A window of an arm closed: keep it, and compare the arms as soon as both have one for the period. */
@Controller()
export class WindowClosedHandler {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly analyses: AnalysisSaga,
  ) {}

  @OnEvent('window.closed')
  async handle(event: EventMap['window.closed'], context: EventContext): Promise<Outcome> {
    if (event.window.revision > 1) return drop('a revision changes no verdict already given');
    const now = new Date();
    await this.evidence.putWindow(context.transaction, event, context.event.chainId, now);
    await this.analyses.run(context.transaction, event.project, event.endpoint, now);
    return ok;
  }
}
