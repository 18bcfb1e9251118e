import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { Controller } from '@nestjs/common';
import { IncidentSaga } from '../sagas/incident.saga.js';
import { factOf } from '../sagas/trace.js';

/** A monitor is back at its baseline: the incident ends with the last of its detections. */
@Controller()
export class DriftResolvedHandler {
  constructor(private readonly incidents: IncidentSaga) {}

  @OnEvent('drift.resolved')
  handle(event: EventMap['drift.resolved'], context: EventContext): Promise<Outcome> {
    return this.incidents.over(context.transaction, factOf('drift.resolved', event, context.event), event.project, context.cause);
  }
}
