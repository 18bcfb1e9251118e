import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { factOf } from '../sagas/trace.js';

/** No version at hand can help: the incident says so. */
@Controller()
export class RetrainingRequestedHandler {
  constructor(private readonly incidents: IncidentSaga) {}

  @OnEvent('retraining.requested')
  handle(event: EventMap['retraining.requested'], context: EventContext): Promise<Outcome> {
    return this.incidents.happened(context.transaction, factOf('retraining.requested', event, context.event), event.project, context.cause);
  }
}
