import type { EventMap } from '@drawbridge/contracts';
import { later, ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { VersionStore } from '../persistence/version.store.js';
import { Gatekeeper } from '../sagas/gatekeeper.js';

/** Somebody wants a version on an endpoint: answer with the verdict and each rule's reason. */
@Controller()
export class DeploymentRequestedHandler {
  constructor(
    private readonly versions: VersionStore,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  @OnEvent('deployment.requested')
  async handle(event: EventMap['deployment.requested'], context: EventContext): Promise<Outcome> {
    const { transaction: tx, cause } = context;
    const version = await this.versions.get(tx, event.modelId, event.version);
    if (version === undefined) return later(`version ${event.version} of ${event.model} is not known yet`);
    const { environment, requestedBy } = event;
    await this.gatekeeper.ask(tx, {
      action: 'deployment.request',
      environment,
      version,
      deployment: event,
      requestedBy,
      cause,
      now: new Date(),
    });
    return ok;
  }
}
