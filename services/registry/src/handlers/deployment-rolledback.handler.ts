import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment-record.js';

/** A version was taken out of an endpoint again. */
@Controller()
export class DeploymentRolledbackHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @EventPattern('deployment.rolledback')
  handle(@Payload() event: EventMap['deployment.rolledback'], @Ctx() context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'rolledback', event.reason, context);
  }
}
