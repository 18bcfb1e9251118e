import { Injectable } from '@nestjs/common';
import type { FeatureFinding } from '@drawbridge/contracts';
import { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { v7 as uuid } from 'uuid';
import type { WindowPair } from '../domain/arm-window.js';
import { windowsOf } from '../domain/evidence.js';
import type { Comparison } from '../domain/guards.js';
import { EvidenceStore } from '../persistence/evidence.store.js';
import type { Action } from './announcement.js';
import type { Held } from './rollout.saga.js';

const DAY_MS = 86_400_000;
/** A request that nobody answers stops holding back the next one after this time. */
const REQUEST_LIFETIME_MS = 14 * DAY_MS;

/** Asks for a new model when no version at hand can help: once per model and cause. */
@Injectable()
export class RetrainingSaga {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly outbox: Outbox,
  ) {}

  async request(tx: Transaction, { endpoint, deployment }: Held, pair: WindowPair, comparison: Comparison, action: Action): Promise<void> {
    const { project, model, modelId } = deployment;
    if ((await this.evidence.openRetraining(tx, project, model, endpoint.name, action.now)) !== null) return;
    const requestId = uuid();
    const expiresAt = new Date(action.now.getTime() + REQUEST_LIFETIME_MS);
    await this.evidence.putRetraining(tx, { requestId, project, model, endpoint: endpoint.name, expiresAt, createdAt: action.now });
    await this.outbox.append(tx, {
      topic: 'retraining.requested',
      aggregateType: 'models',
      aggregateId: modelId,
      subject: `projects/${project}/models/${model}`,
      project,
      time: action.now,
      actor: action.actor,
      ...(action.cause === undefined ? {} : { cause: action.cause }),
      data: {
        modelId,
        model,
        requestId,
        endpoint: endpoint.name,
        deploymentId: deployment.id,
        cause: {
          eventId: pair.candidate.eventId,
          type: 'window.closed',
          summary: summaryOf(comparison.common),
          features: [...comparison.common],
        },
        evidence: {
          windows: windowsOf(pair),
        },
        dataWindow: { start: pair.candidate.start, end: pair.candidate.end },
        expiresAt: expiresAt.toISOString(),
      },
    });
  }
}

function summaryOf(features: readonly FeatureFinding[]): string {
  const strongest = [...features].sort((a, b) => b.effect - a.effect);
  const named = strongest.map((finding) => `${finding.feature} (effect ${finding.effect.toFixed(2)})`).join(', ');
  return `the inputs of both arms left the baseline: ${named}`;
}
