import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { AnalysisSaga } from '../sagas/analysis.saga.js';

/** A detection brings the exemplars of the window it names; a comparison may be waiting for them. */
@Controller()
export class DriftDetectedHandler {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly analyses: AnalysisSaga,
  ) {}

  @OnEvent('drift.detected')
  async handle(event: EventMap['drift.detected'], context: EventContext): Promise<Outcome> {
    await this.evidence.putDetection(context.transaction, event);
    await this.analyses.run(context.transaction, event.project, event.endpoint, new Date());
    return ok;
  }
}
