import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment-record.js';

/** The rollout of a version could not go on. */
@Controller()
export class DeploymentFailedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @EventPattern('deployment.failed')
  handle(@Payload() event: EventMap['deployment.failed'], @Ctx() context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'failed', event.reason, context);
  }
}
