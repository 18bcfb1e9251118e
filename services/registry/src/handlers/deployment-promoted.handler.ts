import { Controller } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment.recorder.js';

/** A version has all the traffic of an endpoint. */
@Controller()
export class DeploymentPromotedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @OnEvent('deployment.promoted')
  handle(event: EventMap['deployment.promoted'], context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'promoted', event.reason, context);
  }
}
