import type { LineageView, ModelView, VersionView } from '@drawbridge/contracts';
import { currentStatuses, type DeploymentRecord } from '../domain/deployment-record.js';
import { contentRef, type Model, type Version } from '../domain/model.js';

export function modelView(model: Model): ModelView {
  const { id, project, name, owner, description, riskClass, versionCount, latestVersion } = model;
  return {
    id,
    project,
    name,
    owner,
    description,
    riskClass,
    tags: { ...model.tags },
    aliases: { ...model.aliases },
    versionCount,
    ...(latestVersion !== undefined && { latestVersion }),
    createdAt: model.createdAt.toISOString(),
    updatedAt: model.updatedAt.toISOString(),
  };
}

export function versionView(version: Version): VersionView {
  const { id, model, modelId, flavour, author, runId, runUrl, gitCommit, gitUrl, traceId, baseline } = version;
  return {
    id,
    model,
    modelId,
    version: version.version,
    artifact: { ...contentRef(version.artifact), format: version.artifact.format },
    signature: version.signature,
    flavour,
    author,
    metrics: { ...version.metrics },
    parameters: { ...version.parameters },
    datasets: [...version.datasets],
    tags: { ...version.tags },
    aliases: [...version.aliases],
    ...(runId !== undefined && { runId }),
    ...(runUrl !== undefined && { runUrl }),
    ...(gitCommit !== undefined && { gitCommit }),
    ...(gitUrl !== undefined && { gitUrl }),
    ...(baseline !== undefined && { baselineRef: contentRef(baseline) }),
    description: version.description,
    createdAt: version.createdAt.toISOString(),
    ...(traceId !== undefined && { traceId }),
  };
}

/** `records` are the deployments of all versions on the endpoints that this version ever reached. */
export function lineageView(version: Version, records: readonly DeploymentRecord[]): LineageView {
  const { runId, runUrl, gitCommit, gitUrl, baseline } = version;
  const statuses = currentStatuses(records);
  return {
    model: version.model,
    version: version.version,
    datasets: [...version.datasets],
    ...(runId !== undefined && { run: { id: runId, ...(runUrl !== undefined && { url: runUrl }) } }),
    ...(gitCommit !== undefined && { git: { commit: gitCommit, ...(gitUrl !== undefined && { url: gitUrl }) } }),
    artifact: { ...contentRef(version.artifact), format: version.artifact.format },
    ...(baseline !== undefined && { baseline: contentRef(baseline) }),
    deployments: records
      .filter((record) => record.modelId === version.modelId && record.version === version.version)
      .map(({ deploymentId, endpoint, status, at }) => ({
        deploymentId,
        endpoint,
        status: statuses.get(deploymentId) ?? status,
        at: at.toISOString(),
      })),
  };
}
