/** Answers and bodies of deployment. Times are RFC 3339 in UTC. */
import type { Actor, GuardCheck, GuardVerdict, MonitorSettings, RolloutStrategy, Variant } from '../schema-parts.js';

export type DeploymentStatus =
  | 'requested'
  | 'blocked'
  | 'progressing'
  | 'paused'
  | 'promoted'
  | 'aborted'
  | 'rolledback'
  | 'failed'
  | 'superseded';

export const deploymentVerbs = ['start', 'pause', 'resume', 'promote', 'skip-to-full', 'abort', 'rollback', 'retry'] as const;
export type DeploymentVerb = (typeof deploymentVerbs)[number];

export interface TargetView {
  version: string;
  weight: number;
  variant: Variant;
  deploymentId: string;
}

export interface EndpointView {
  id: string;
  project: string;
  name: string;
  environment: string;
  model: string;
  targets: TargetView[];
  rollout?: { deploymentId: string; status: string; step: number; steps: number };
  monitoring?: MonitorSettings;
  createdAt: string;
  updatedAt: string;
}

/** Body of POST /api/v1/endpoints. */
export interface CreateEndpoint {
  name: string;
  environment: string;
  model: string;
  monitoring?: MonitorSettings;
}

/** Body of POST /api/v1/deployments. */
export interface RequestDeployment {
  endpoint: string;
  version: string;
  strategy?: RolloutStrategy;
  reason?: string;
  /** Wait for the verb `start` after the gate has allowed it. */
  hold?: boolean;
}

export interface DeploymentView {
  id: string;
  project: string;
  endpoint: string;
  endpointId: string;
  environment: string;
  model: string;
  version: string;
  from?: string;
  status: DeploymentStatus;
  statusReason?: string;
  strategy: RolloutStrategy;
  step: number;
  /** Windows that passed in the current step. */
  windowsPassed: number;
  targets: TargetView[];
  requestedBy: Actor;
  reasons: string[];
  analyses: {
    at: string;
    step: number;
    verdict: GuardVerdict;
    summary: string;
    checks: GuardCheck[];
    windowIds: string[];
    period?: { start: string; end: string };
  }[];
  timeline: { at: string; type: string; text: string; actor: Actor; eventId: string; traceId?: string }[];
  /** Each verb: may it be done now, and if not, why. */
  verbs: Record<DeploymentVerb, { allowed: boolean; why?: string }>;
  createdAt: string;
  updatedAt: string;
}
