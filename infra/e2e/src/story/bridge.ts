import { readFile } from 'node:fs/promises';
import type { ApprovalView, DeploymentView, VersionView } from '@drawbridge/contracts';
import { flightBaseline } from '@drawbridge/example-flights';
import { ApiError, eventually } from '../outsider/api.js';
import type { Recorded } from '../outsider/tape.js';
import { type Stage, strategy } from './stage.js';
import { trainingCommit } from './training-commit.js';

/** What crossing the bridge takes, version by version: evidence, registration, approval, rollout. */

/** Uploads the model and its baseline and registers the version with its evidence. */
export async function register(stage: Stage, version: string): Promise<Recorded<'model.registered'>> {
  const { ana, tape, models, model } = stage;
  const flight = models[version];
  if (flight === undefined) throw new Error(`the example has no version ${version}`);
  const artifact = await ana.upload<{ sha256: string; bytes: number }>('/artifacts', await readFile(flight.onnx), {
    'x-content-sha256': flight.sha256,
  });
  if (artifact.sha256 !== flight.sha256) throw new Error(`the registry stored ${artifact.sha256}, the report says ${flight.sha256}`);
  const gitCommit = await trainingCommit();
  const baseline = await ana.post<{ sha256: string }>('/baselines', await flightBaseline(flight));
  await ana.post<VersionView>(
    `/models/${model}/versions`,
    {
      version,
      artifact: { sha256: artifact.sha256, format: 'onnx' },
      signature: flight.signature,
      flavour: 'sklearn-onnx',
      description: flight.why,
      metrics: flight.metrics,
      parameters: flight.parameters,
      datasets: flight.datasets,
      ...(gitCommit === undefined ? {} : { gitCommit }),
      runId: `train-${version}`,
      baseline: { sha256: baseline.sha256 },
    },
    { 'idempotency-key': `${stage.run}-${version}` },
  );
  return tape.next(
    `registration of ${version}`,
    'model.registered',
    (event) => event.data.model === model && event.data.version === version,
  );
}

/** The question that the policy puts for a version, as an event. */
export function asked(stage: Stage, version: string): Promise<Recorded<'approval.requested'>> {
  return stage.tape.next(
    `approval of ${version}`,
    'approval.requested',
    ({ data }) => data.model === stage.model && data.version === version && data.environment === 'production',
  );
}

/** A second person says yes. */
export async function approve(stage: Stage, version: string): Promise<Recorded<'approval.closed'>> {
  const { data } = await asked(stage, version);
  await eventually(`approval ${data.approvalId} can be decided`, async () => {
    try {
      return await stage.otto.post<ApprovalView>(`/approvals/${data.approvalId}/decisions`, {
        decision: 'approved',
        comment: 'metrics and baseline checked',
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  });
  return stage.tape.next(
    `approval of ${version} closed`,
    'approval.closed',
    (event) => event.data.approvalId === data.approvalId && event.data.status === 'approved',
  );
}

/** Asks for the version on the endpoint; the gate answers by event. */
export async function deploy(stage: Stage, version: string, kind: 'direct' | 'canary'): Promise<DeploymentView> {
  const body = { endpoint: stage.endpoint, version, strategy: kind === 'direct' ? { kind, steps: [] } : strategy };
  const deployment = await eventually(`request of ${version}`, async () => {
    try {
      return await stage.ana.post<DeploymentView>('/deployments', body);
    } catch (error) {
      // The approval is an event on its way: a retryable refusal or a pending approval is not the last word.
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
      throw error;
    }
  });
  stage.deployments.set(version, deployment.id);
  const first = kind === 'direct' ? 'deployment.promoted' : 'deployment.step.entered';
  await Promise.race([
    stage.tape.next(`start of ${version}`, first, (event) => event.data.deploymentId === deployment.id),
    stage.tape
      .next(`start of ${version}`, 'deployment.blocked', (event) => event.data.deploymentId === deployment.id)
      .then((event) => {
        throw new Error(`the gate refused version ${version}: ${event.data.reasons.join('; ')}`);
      }),
  ]);
  await served(stage, version);
  return deployment;
}

/** The model server answers for this version. */
async function served(stage: Stage, version: string): Promise<void> {
  await eventually(`version ${version} is served`, async () => {
    const response = await fetch(`${stage.serving}/v2/models/${stage.model}/versions/${version}/ready`, {
      headers: { authorization: `Bearer ${stage.keys.ana}`, 'x-drawbridge-project': stage.project },
      signal: AbortSignal.timeout(5000),
    });
    return response.ok ? true : undefined;
  });
}

/** Register, ask, approve. */
export async function certify(stage: Stage, version: string): Promise<void> {
  await register(stage, version);
  await approve(stage, version);
}
