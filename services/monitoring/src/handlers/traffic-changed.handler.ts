import { Controller } from '@nestjs/common';
import type { TrafficChanged } from '@drawbridge/contracts';
import { ok, type Outcome } from '@drawbridge/kafka';
import { type EventContext, OnEvent } from '@drawbridge/service';
import { trafficChange } from '../domain/traffic.js';
import { MonitorStore } from '../persistence/monitor.store.js';

/** The shares of an endpoint changed: the monitors of its versions follow. */
@Controller()
export class TrafficChangedHandler {
  constructor(private readonly monitors: MonitorStore) {}

  @OnEvent('traffic.changed')
  async handle(event: TrafficChanged, { transaction, event: { project } }: EventContext): Promise<Outcome> {
    const validFrom = new Date(event.validFrom);
    await this.monitors.keepShares(transaction, project, event.endpointId, event.weights, validFrom);
    for (const monitor of await this.monitors.lockEndpoint(transaction, project, event.endpointId)) {
      const change = trafficChange(monitor, event.weights, validFrom);
      if (change !== undefined) await this.monitors.setTraffic(transaction, monitor.id, change, validFrom);
    }
    return ok;
  }
}
