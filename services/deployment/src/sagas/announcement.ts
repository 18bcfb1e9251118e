import { Injectable } from '@nestjs/common';
import type { Actor, EventMap, Topic } from '@drawbridge/contracts';
import { type AppendEvent, Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { currentTraceId } from '@drawbridge/telemetry';
import { DeploymentStore } from '../persistence/deployment.store.js';
import { type DeploymentEntity, type EndpointEntity, TimelineEntity } from '../persistence/entities.js';
import { EvidenceStore } from '../persistence/evidence.store.js';

/** Who acts, because of which event, and when: passed through every step of a saga. */
export interface Action {
  readonly actor: Actor;
  readonly cause?: { readonly id: string; readonly chainId?: string };
  readonly now: Date;
}

/** The acts of Drawbridge itself carry this actor. */
export const automatic: Actor = { type: 'system', id: 'deployment', name: 'drawbridge/auto' };

type DeploymentTopic = Extract<Topic, `deployment.${string}`>;
type Reference = 'deploymentId' | 'endpointId' | 'endpoint' | 'modelId' | 'model' | 'version';
type Own<T extends DeploymentTopic> = Omit<AppendEvent<T>['data'], Reference>;

/** Writes what happened to a deployment: one outbox row and one line of its timeline, in the caller's transaction. */
@Injectable()
export class Announcement {
  constructor(
    private readonly outbox: Outbox,
    private readonly deployments: DeploymentStore,
    private readonly evidence: EvidenceStore,
  ) {}

  async deployment<T extends DeploymentTopic>(
    tx: Transaction,
    topic: T,
    subject: DeploymentEntity,
    own: Own<T>,
    text: string,
    action: Action,
  ): Promise<string> {
    const { id: deploymentId, endpointId, endpoint, modelId, model, version } = subject;
    const { id } = await this.outbox.append(tx, {
      topic,
      aggregateType: 'deployments',
      aggregateId: deploymentId,
      subject: `projects/${subject.project}/deployments/${deploymentId}`,
      project: subject.project,
      time: action.now,
      actor: action.actor,
      ...(action.cause === undefined ? {} : { cause: action.cause }),
      data: { deploymentId, endpointId, endpoint, modelId, model, version, ...own } as unknown as AppendEvent<T>['data'],
    });
    const line = new TimelineEntity();
    Object.assign(line, {
      eventId: id,
      deploymentId,
      at: action.now,
      type: topic,
      text,
      actor: action.actor,
      traceId: currentTraceId() ?? null,
    });
    await this.deployments.save(tx, line);
    return id;
  }

  /** The endpoint's new routing: what changed, and the whole of it for those who start later. */
  async traffic(tx: Transaction, endpoint: EndpointEntity, reason: string, action: Action, rollout?: DeploymentEntity): Promise<void> {
    const common = {
      aggregateType: 'endpoints',
      aggregateId: endpoint.id,
      subject: `projects/${endpoint.project}/endpoints/${endpoint.name}`,
      project: endpoint.project,
      time: action.now,
      actor: action.actor,
      ...(action.cause === undefined ? {} : { cause: action.cause }),
    };
    const { id: endpointId, name, modelId, model } = endpoint;
    const weights = endpoint.targets.map((target) => ({ ...target }));
    await this.outbox.append(tx, {
      ...common,
      topic: 'traffic.changed',
      data: { endpointId, endpoint: name, modelId, model, weights, validFrom: action.now.toISOString(), reason },
    });
    await this.outbox.appendState(tx, {
      ...common,
      topic: 'endpoint.state',
      data: {
        endpointId,
        endpoint: name,
        environment: endpoint.environment,
        modelId,
        model,
        targets: await this.servedTargets(tx, endpoint),
        ...(rollout === undefined
          ? {}
          : { rollout: { deploymentId: rollout.id, status: rollout.status, step: rollout.step, steps: rollout.strategy.steps.length } }),
      },
    });
  }

  private async servedTargets(tx: Transaction, endpoint: EndpointEntity): Promise<EventMap['endpoint.state']['targets']> {
    return Promise.all(
      endpoint.targets.map(async (target) => {
        const known = await this.evidence.version(tx, endpoint.project, endpoint.model, target.version);
        if (known === null) throw new Error(`version ${endpoint.model}@${target.version} serves but is not known`);
        return { ...target, artifact: known.artifact, signature: known.signature };
      }),
    );
  }
}
