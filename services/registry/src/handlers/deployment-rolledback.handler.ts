import { Controller } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment.recorder.js';

/** A version was taken out of an endpoint again. */
@Controller()
export class DeploymentRolledbackHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @OnEvent('deployment.rolledback')
  handle(event: EventMap['deployment.rolledback'], context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'rolledback', event.reason, context);
  }
}
