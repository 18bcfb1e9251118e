import type { EventMap } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { VersionStore } from '../persistence/version.store.js';

/** A model exists: its owner and risk class are facts that policies may ask for. */
@Controller()
export class ModelCreatedHandler {
  constructor(private readonly versions: VersionStore) {}

  @OnEvent('model.created')
  async handle(event: EventMap['model.created'], context: EventContext): Promise<Outcome> {
    await this.versions.putModel(context.transaction, event);
    return ok;
  }
}
