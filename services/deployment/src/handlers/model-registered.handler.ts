import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { EvidenceStore } from '../persistence/evidence.store.js';

/** A version exists: remember what is needed to start it. */
@Controller()
export class ModelRegisteredHandler {
  constructor(private readonly evidence: EvidenceStore) {}

  @OnEvent('model.registered')
  async handle(event: EventMap['model.registered'], context: EventContext): Promise<Outcome> {
    const { chainId, trace } = context.event;
    await this.evidence.putVersion(context.transaction, event, {
      chainId,
      ...(trace === undefined ? {} : { traceparent: trace.traceparent }),
    });
    return ok;
  }
}
