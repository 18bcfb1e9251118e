import { Injectable } from '@nestjs/common';
import { dead, drop, ok, type Outcome } from '@drawbridge/kafka';
import type { EventContext } from '@drawbridge/service';
import { type DeploymentRecord, newerRecord } from '../domain/deployment-record.js';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { ModelStore } from '../persistence/model.store.js';
import { VersionStore } from '../persistence/version.store.js';

/** What every deployment event says about where a version went. */
export interface DeploymentFacts {
  readonly deploymentId: string;
  readonly modelId: string;
  readonly version: string;
  readonly endpointId: string;
  readonly endpoint: string;
}

/** Keeps the newest word about a deployment. The five topics may overtake each other, the sequence decides. */
@Injectable()
export class DeploymentRecorder {
  constructor(
    private readonly deployments: DeploymentStore,
    private readonly models: ModelStore,
    private readonly versions: VersionStore,
  ) {}

  async record(
    facts: DeploymentFacts,
    status: DeploymentRecord['status'],
    reason: string | undefined,
    context: EventContext,
  ): Promise<Outcome> {
    const { transaction: tx, event } = context;
    if (!isUuid(facts.modelId) || !(await this.models.exists(facts.modelId, tx))) return dead(`unknown model ${facts.modelId}`);
    if (!(await this.versions.exists(facts.modelId, facts.version, tx))) return dead(`unknown version ${facts.version}`);
    if (event.sequence === undefined) return dead('a deployment event without a sequence');
    const { deploymentId, modelId, version, endpointId, endpoint } = facts;
    const arrived: DeploymentRecord = {
      deploymentId,
      modelId,
      version,
      endpointId,
      endpoint,
      status,
      ...(reason !== undefined && { reason }),
      sequence: event.sequence,
      at: event.time,
    };
    const known = await this.deployments.find(deploymentId, tx);
    if (newerRecord(known, arrived) !== arrived) return drop(`deployment ${deploymentId} is already ${known?.status}`);
    await this.deployments.save(arrived, tx);
    return ok;
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);
}
