import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anEvent, type Cluster, ownCluster, type RunningChild, sandbox, type Sandbox } from '@drawbridge/testing';
import { aDeploymentStarted, aRegistry } from '../../test/world.js';

export interface Stage {
  readonly box: Sandbox;
  readonly cluster: Cluster;
  readonly env: Readonly<Record<string, string>>;
  readonly service: RunningChild;
  end(): Promise<void>;
}

export interface Models {
  readonly names: readonly string[];
  readonly settings: NonNullable<ReturnType<typeof aDeploymentStarted>['monitoring']>;
}

/** The production process on a Kafka and a Postgres of its own, with a monitor for each model, all on one baseline. */
export async function stageWith(folder: string, { names, settings }: Models): Promise<Stage> {
  const document = readFileSync(join(folder, 'baseline.json'));
  const cluster = await ownCluster();
  const box = await sandbox('models', { cluster });
  const registry = await aRegistry(document);
  const end = async (): Promise<void> => {
    registry.server.close();
    await box.dispose();
    await cluster.stop();
  };
  try {
    await box.migrate('monitoring');
    await box.seedAccess();
    const env = { DRAWBRIDGE_REGISTRY_URL: registry.url };
    const service = await box.startService('monitoring', env);
    const baselineRef = { uri: '/x', sha256: createHash('sha256').update(document).digest('hex'), bytes: document.length };
    await box.eventLog().produce(names.map((model) => started(model, { baselineRef, monitoring: settings })));
    await box.collect('monitor.configured', (seen) => seen.length >= names.length, 180_000);
    return { box, cluster, env, service, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function started(model: string, part: Parameters<typeof aDeploymentStarted>[0]): ReturnType<typeof anEvent> {
  const deploymentId = `bench-${model}`;
  const place = { deploymentId, endpointId: deploymentId, endpoint: deploymentId, modelId: deploymentId };
  const data = aDeploymentStarted({ ...place, model, version: '3', ...part });
  const source = `/drawbridge/test/deployment/deployments/${deploymentId}`;
  return anEvent('deployment.started', data, { key: deploymentId, source, sequence: 1 });
}
