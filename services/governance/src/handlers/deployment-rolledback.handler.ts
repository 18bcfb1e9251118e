import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { factOf } from '../sagas/trace.js';

/** The traffic went back: the incident is mitigated. */
@Controller()
export class DeploymentRolledbackHandler {
  constructor(private readonly incidents: IncidentSaga) {}

  @OnEvent('deployment.rolledback')
  handle(event: EventMap['deployment.rolledback'], context: EventContext): Promise<Outcome> {
    return this.incidents.happened(
      context.transaction,
      factOf('deployment.rolledback', event, context.event),
      event.project,
      context.cause,
    );
  }
}
