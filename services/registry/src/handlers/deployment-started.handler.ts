import { Controller } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { DeploymentRecorder } from './deployment.recorder.js';

/** A rollout of a version began. */
@Controller()
export class DeploymentStartedHandler {
  constructor(private readonly recorder: DeploymentRecorder) {}

  @OnEvent('deployment.started')
  handle(event: EventMap['deployment.started'], context: EventContext): Promise<Outcome> {
    return this.recorder.record(event, 'progressing', undefined, context);
  }
}
