import type { EventMap } from '@drawbridge/contracts';
import { dead, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { PolicyStore } from '../persistence/policy.store.js';
import { VersionStore } from '../persistence/version.store.js';
import { Gatekeeper } from '../sagas/gatekeeper.js';

/** A version exists: say for every governed environment whether it may go there, and ask persons where the policy wants them. */
@Controller()
export class ModelRegisteredHandler {
  constructor(
    private readonly versions: VersionStore,
    private readonly policies: PolicyStore,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  @OnEvent('model.registered')
  async handle(event: EventMap['model.registered'], context: EventContext): Promise<Outcome> {
    const { transaction: tx, cause } = context;
    await this.versions.add(tx, event, context.event.chainId);
    const version = await this.versions.get(tx, event.modelId, event.version);
    if (version === undefined || version.facts.registered.artifact.sha256 !== event.artifact.sha256) {
      return dead(`version ${event.version} of ${event.model} is already registered with another artifact`);
    }
    for (const environment of await this.policies.governedEnvironments(tx, event.project)) {
      await this.gatekeeper.ask(tx, { action: 'version.register', environment, version, requestedBy: event.actor, cause, now: new Date() });
    }
    return ok;
  }
}
