import { Controller } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment.recorder.js';

/** The rollout of a version could not go on. */
@Controller()
export class DeploymentFailedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @OnEvent('deployment.failed')
  handle(event: EventMap['deployment.failed'], context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'failed', event.reason, context);
  }
}
