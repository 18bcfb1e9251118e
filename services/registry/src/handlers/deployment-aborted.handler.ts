import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment-record.js';

/** A person stopped the rollout of a version. */
@Controller()
export class DeploymentAbortedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @EventPattern('deployment.aborted')
  handle(@Payload() event: EventMap['deployment.aborted'], @Ctx() context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'aborted', event.reason, context);
  }
}
