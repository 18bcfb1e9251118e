import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { EvidenceStore } from '../persistence/evidence.store.js';

/** A version exists: remember what is needed to start it. */
@Controller()
export class ModelRegisteredHandler {
  constructor(private readonly evidence: EvidenceStore) {}

  @EventPattern('model.registered')
  async handle(@Payload() event: EventMap['model.registered'], @Ctx() context: EventContext): Promise<Outcome> {
    await this.evidence.putVersion(context.transaction, event);
    return ok;
  }
}
