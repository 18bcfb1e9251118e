import type { DeploymentView, EndpointView } from '@drawbridge/contracts';
import { allVerbs, type VerbFacts } from '../domain/verbs.js';
import type { AnalysisEntity, DeploymentEntity, EndpointEntity, TimelineEntity } from '../persistence/entities.js';

export function endpointView(endpoint: EndpointEntity, rollout?: DeploymentEntity | null): EndpointView {
  return {
    id: endpoint.id,
    project: endpoint.project,
    name: endpoint.name,
    environment: endpoint.environment,
    model: endpoint.model,
    targets: endpoint.targets,
    ...(rollout == null
      ? {}
      : { rollout: { deploymentId: rollout.id, status: rollout.status, step: rollout.step, steps: rollout.strategy.steps.length } }),
    ...(endpoint.monitoring === null ? {} : { monitoring: endpoint.monitoring }),
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}

export interface DeploymentParts {
  readonly deployment: DeploymentEntity;
  readonly endpoint: EndpointEntity;
  readonly facts: VerbFacts;
  readonly analyses: readonly AnalysisEntity[];
  readonly timeline: readonly TimelineEntity[];
}

export function deploymentView({ deployment, endpoint, facts, analyses, timeline }: DeploymentParts): DeploymentView {
  return {
    id: deployment.id,
    project: deployment.project,
    endpoint: deployment.endpoint,
    endpointId: deployment.endpointId,
    environment: deployment.environment,
    model: deployment.model,
    version: deployment.version,
    ...(deployment.fromVersion === null ? {} : { from: deployment.fromVersion }),
    status: deployment.status,
    ...(deployment.statusReason === null ? {} : { statusReason: deployment.statusReason }),
    strategy: deployment.strategy,
    step: deployment.step,
    windowsPassed: deployment.windowsPassed,
    targets: endpoint.targets,
    requestedBy: deployment.requestedBy,
    reasons: deployment.reasons,
    analyses: analyses.map((analysis) => ({
      at: analysis.at.toISOString(),
      step: analysis.step,
      verdict: analysis.verdict,
      summary: analysis.summary,
      checks: analysis.checks,
      windowIds: analysis.windowIds,
      period: { start: analysis.periodStart.toISOString(), end: analysis.periodEnd.toISOString() },
    })),
    timeline: timeline.map((line) => ({
      at: line.at.toISOString(),
      type: line.type,
      text: line.text,
      actor: line.actor,
      eventId: line.eventId,
      ...(line.traceId === null ? {} : { traceId: line.traceId }),
    })),
    verbs: allVerbs(facts),
    createdAt: deployment.createdAt.toISOString(),
    updatedAt: deployment.updatedAt.toISOString(),
  };
}
