import { DataSource } from '@drawbridge/postgres';
import { ProjectFilter, RequirePermission } from '@drawbridge/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  type ApprovalDocument,
  type Attention,
  attention,
  type DeploymentDocument,
  type IncidentDocument,
  type MonitorDocument,
} from '../domain/attention.js';
import { DocumentStore } from '../persistence/document.store.js';
import type { StoredEvent } from '../domain/stored-event.js';
import { EventStore } from '../persistence/event.store.js';

interface EndpointDocument {
  readonly project: string;
  readonly endpoint: string;
  readonly environment: string;
  readonly model: string;
  readonly targets: readonly { version: string; weight: number; variant: string; deploymentId: string }[];
  readonly rollout: { deploymentId: string; status: string; step: number; steps: number } | null;
}

export interface FleetRow extends EndpointDocument {
  readonly monitors: readonly MonitorDocument[];
  /** Rows per window, oldest first. */
  readonly traffic: readonly number[];
}

export interface OverviewView {
  readonly attention: Attention[];
  readonly fleet: FleetRow[];
  readonly changes: StoredEvent[];
  readonly asOf: string;
}

const SPARKLINE = 30;
const CHANGES = 12;
/** What the list of changes shows: decisions and alarms, not every window. */
const telling = [
  'model.registered',
  'policy.published',
  'approval.decided',
  'approval.closed',
  'deployment.started',
  'deployment.blocked',
  'deployment.paused',
  'deployment.promoted',
  'deployment.aborted',
  'deployment.failed',
  'deployment.rolledback',
  'drift.detected',
  'drift.resolved',
  'retraining.requested',
  'incident.opened',
].join(',');

/** The first page: is anything wrong, what changed, what waits for a person. */
@ApiTags('overview')
@Controller('overview')
export class OverviewController {
  constructor(
    private readonly source: DataSource,
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
  ) {}

  @Get()
  @RequirePermission('events.read')
  @ApiOkResponse({ description: 'attention list, fleet and recent changes, from the read model' })
  async read(@ProjectFilter() project: string | undefined): Promise<OverviewView> {
    const tx = this.source.manager;
    const monitors = await this.documents.list<MonitorDocument>(tx, 'monitor', project);
    const endpoints = await this.documents.list<EndpointDocument>(tx, 'endpoint', project, 100);
    const deployments = await this.documents.list<DeploymentDocument>(tx, 'deployment', project);
    const fleet = await Promise.all(
      endpoints.map(async (endpoint): Promise<FleetRow> => ({
        ...endpoint,
        rollout: rolloutNow(endpoint.rollout, deployments),
        monitors: monitors.filter((monitor) => monitor.endpoint === endpoint.endpoint && monitor.project === endpoint.project),
        traffic: await this.events.traffic(tx, endpoint.project, endpoint.endpoint, SPARKLINE),
      })),
    );
    return {
      attention: attention({
        incidents: await this.documents.list<IncidentDocument>(tx, 'incident', project),
        approvals: await this.documents.list<ApprovalDocument>(tx, 'approval', project),
        monitors,
        deployments,
      }),
      fleet,
      // Topics are read side by side; people expect the order of the clock.
      changes: (await this.events.list(tx, { project, topic: telling }, CHANGES)).sort((a, b) =>
        (b.time ?? '').localeCompare(a.time ?? ''),
      ),
      asOf: new Date().toISOString(),
    };
  }
}

/** Routing stays as it is while a rollout is paused, so that the deployment's own events know its state better. */
function rolloutNow(rollout: EndpointDocument['rollout'], deployments: readonly DeploymentDocument[]): EndpointDocument['rollout'] {
  const status = deployments.find(({ deploymentId }) => deploymentId === rollout?.deploymentId)?.status;
  return rollout === null || status === undefined ? rollout : { ...rollout, status };
}
