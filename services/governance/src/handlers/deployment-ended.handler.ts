import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import type { EndTopic } from '../domain/incident.js';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { factOf } from '../sagas/trace.js';

/** A rollout came to its end: an incident of versions that no longer serve is mitigated. */
@Controller()
export class DeploymentEndedHandler {
  constructor(private readonly incidents: IncidentSaga) {}

  @OnEvent('deployment.promoted')
  promoted(event: EventMap['deployment.promoted'], context: EventContext): Promise<Outcome> {
    return this.ended('deployment.promoted', event, context);
  }

  @OnEvent('deployment.aborted')
  aborted(event: EventMap['deployment.aborted'], context: EventContext): Promise<Outcome> {
    return this.ended('deployment.aborted', event, context);
  }

  @OnEvent('deployment.failed')
  failed(event: EventMap['deployment.failed'], context: EventContext): Promise<Outcome> {
    return this.ended('deployment.failed', event, context);
  }

  private ended<T extends EndTopic>(topic: T, event: EventMap[T], context: EventContext): Promise<Outcome> {
    return this.incidents.ended(context.transaction, factOf(topic, event, context.event), event.project, context.cause);
  }
}
