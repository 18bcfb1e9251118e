import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { factOf } from '../sagas/trace.js';

/** A monitor left its baseline: open an incident, or add to the one that is open. */
@Controller()
export class DriftDetectedHandler {
  constructor(private readonly incidents: IncidentSaga) {}

  @OnEvent('drift.detected')
  handle(event: EventMap['drift.detected'], context: EventContext): Promise<Outcome> {
    return this.incidents.happened(context.transaction, factOf('drift.detected', event, context.event), event.project, context.cause);
  }
}
