import type { EventData } from '@drawbridge/testing';

const digest = 'a'.repeat(64);

function window(n: number) {
  const start = '2026-03-05T00:00:00.000Z';
  const end = '2026-03-06T00:00:00.000Z';
  return { id: 'w-1', start, end, revision: 1, n, expected: null, late: 0, deduplicated: 0, rejected: 0, coverage: null };
}

function ofDeployment(deploymentId: string, model: string) {
  return { deploymentId, endpointId: 'e-1', endpoint: 'shop', modelId: model, model, version: '2' };
}

export function aDeploymentStarted(deploymentId: string, model: string): EventData<'deployment.started'> {
  return {
    ...ofDeployment(deploymentId, model),
    environment: 'production',
    from: { version: '1' },
    to: { version: '2', artifactSha256: digest },
    strategy: { kind: 'direct', steps: [] },
  };
}

export function aDeploymentPaused(deploymentId: string, model: string): EventData<'deployment.paused'> {
  return { ...ofDeployment(deploymentId, model), reason: 'both arms moved' };
}

export function aWindowClosed(monitorId: string, model: string, part: { n?: number; endpoint?: string } = {}): EventData<'window.closed'> {
  return {
    monitorId,
    endpoint: part.endpoint ?? 'elsewhere',
    model,
    version: '2',
    variant: 'candidate',
    windowId: `${monitorId}-w-1`,
    window: window(part.n ?? 100),
    errors: 0,
    verdict: 'quiet',
    features: [],
    skipped: [],
    quality: [],
    latency: null,
    prediction: null,
    throughputPerSecond: 1,
    url: '/api/v1/windows/w-1',
  };
}

export function aDriftDetected(monitorId: string, model: string, endpoint = 'elsewhere'): EventData<'drift.detected'> {
  return {
    monitorId,
    endpoint,
    model,
    version: '2',
    variant: 'candidate',
    monitorVersion: 1,
    detectionId: 'det-1',
    kind: 'data',
    scope: { features: ['hour'] },
    windowId: 'w-1',
    window: window(4639),
    baseline: { id: 'base-1', n: 50_000, sha256: digest },
    detector: { name: 'chi-square', version: '1', params: {} },
    statistic: 9.1,
    threshold: 4.9,
    effect: { size: 0.41, words: 'hour moved by 0.41' },
    features: [{ feature: 'hour', effect: 0.41, statistic: 9.1, threshold: 4.9, alarming: true }],
    budget: { atMost: 1, per: '30d', spent: 0.1 },
    severity: 'high',
    consecutive: 1,
    exemplars: [],
    suspectedCauses: [],
    evidenceUrl: '/api/v1/detections/det-1',
  };
}

export function anEndpointState(endpointId: string, endpoint: string, deploymentId: string): EventData<'endpoint.state'> {
  return {
    endpointId,
    endpoint,
    environment: 'production',
    modelId: 'churn',
    model: 'churn',
    targets: [
      {
        version: '2',
        weight: 10,
        variant: 'candidate',
        deploymentId,
        artifact: { uri: `/api/v1/artifacts/${digest}`, sha256: digest, bytes: 10, format: 'onnx' },
        signature: { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }], outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }] },
      },
    ],
    rollout: { deploymentId, status: 'progressing', step: 0, steps: 3 },
  };
}

export function anIncident(incidentId: string, status: 'open' | 'resolved'): EventData<'incident.opened'> {
  return {
    incidentId,
    title: `incident ${incidentId}`,
    status,
    severity: 'high',
    causes: [],
    affected: [{ model: 'churn', version: '2' }],
    summary: 'hour moved',
  };
}

export function anAliasChanged(alias: string): EventData<'model.alias.changed'> {
  return { modelId: 'm-tail', model: 'tail', alias, toVersion: '1' };
}
