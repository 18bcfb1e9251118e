import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment-record.js';

/** A rollout of a version began. */
@Controller()
export class DeploymentStartedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @EventPattern('deployment.started')
  handle(@Payload() event: EventMap['deployment.started'], @Ctx() context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'progressing', undefined, context);
  }
}
