/** Answers and bodies of the registry. Times are RFC 3339 in UTC. */
import type { Actor, ArtifactRef, ContentRef, Signature } from '../schema-parts.js';

export interface ModelView {
  id: string;
  project: string;
  name: string;
  owner: string;
  description: string;
  riskClass: 'low' | 'medium' | 'high';
  tags: Record<string, string>;
  aliases: Record<string, string>;
  versionCount: number;
  latestVersion?: string;
  createdAt: string;
  updatedAt: string;
}

export interface DatasetRef {
  name: string;
  digest: string;
  rows?: number;
  role?: string;
}

export interface VersionView {
  id: string;
  model: string;
  modelId: string;
  version: string;
  artifact: ArtifactRef;
  signature: Signature;
  flavour: string;
  author: Actor;
  metrics: Record<string, number>;
  parameters: Record<string, string>;
  datasets: DatasetRef[];
  tags: Record<string, string>;
  aliases: string[];
  runId?: string;
  runUrl?: string;
  gitCommit?: string;
  gitUrl?: string;
  baselineRef?: ContentRef;
  description?: string;
  createdAt: string;
  /** Trace of the request that registered it. */
  traceId?: string;
}

export interface LineageView {
  model: string;
  version: string;
  datasets: DatasetRef[];
  run?: { id: string; url?: string };
  git?: { commit: string; url?: string };
  artifact: ArtifactRef;
  baseline?: ContentRef;
  deployments: { deploymentId: string; endpoint: string; status: string; at: string }[];
}

/** Body of POST /api/v1/models/{model}/versions. The artifact is uploaded before (POST /api/v1/artifacts). */
export interface RegisterVersion {
  version?: string;
  artifact: { sha256: string; format: string };
  signature: Signature;
  flavour?: string;
  description?: string;
  metrics?: Record<string, number>;
  parameters?: Record<string, string>;
  datasets?: DatasetRef[];
  tags?: Record<string, string>;
  runId?: string;
  runUrl?: string;
  gitCommit?: string;
  gitUrl?: string;
  /** Digest answered by POST /api/v1/baselines. */
  baseline?: { sha256: string };
}
