import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment-record.js';

/** A version has all the traffic of an endpoint. */
@Controller()
export class DeploymentPromotedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @EventPattern('deployment.promoted')
  handle(@Payload() event: EventMap['deployment.promoted'], @Ctx() context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'promoted', event.reason, context);
  }
}
