import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { EvidenceStore } from '../persistence/evidence.store.js';
import { AnalysisSaga } from '../sagas/analysis.saga.js';

/** A detection brings the exemplars of the window it names; a comparison may be waiting for them. */
@Controller()
export class DriftDetectedHandler {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly analyses: AnalysisSaga,
  ) {}

  @EventPattern('drift.detected')
  async handle(@Payload() event: EventMap['drift.detected'], @Ctx() context: EventContext): Promise<Outcome> {
    await this.evidence.putDetection(context.transaction, event);
    await this.analyses.run(context.transaction, event.project, event.endpoint, new Date());
    return ok;
  }
}
