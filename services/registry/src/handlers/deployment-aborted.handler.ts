import { Controller } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment.recorder.js';

/** A person stopped the rollout of a version. */
@Controller()
export class DeploymentAbortedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @OnEvent('deployment.aborted')
  handle(event: EventMap['deployment.aborted'], context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'aborted', event.reason, context);
  }
}
