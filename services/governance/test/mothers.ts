import type { EventMap, Topic } from '@drawbridge/contracts';

type Data<T extends Topic> = Omit<EventMap[T], 'id' | 'type' | 'time' | 'project' | 'source' | 'sequence' | 'actor'>;

const digest = 'a'.repeat(64);
const feature = { feature: 'amount', effect: 0.41, statistic: 9.1, threshold: 4.9, alarming: true };
const window = {
  id: 'w-1',
  start: '2026-03-05T00:00:00.000Z',
  end: '2026-03-06T00:00:00.000Z',
  revision: 1,
  n: 4_639,
  expected: null,
  late: 0,
  deduplicated: 0,
  rejected: 0,
  coverage: null,
};

export function aDeploymentRequested(part: Partial<Data<'deployment.requested'>> = {}): Data<'deployment.requested'> {
  return {
    deploymentId: 'dep-1',
    endpointId: 'end-1',
    endpoint: 'shop',
    modelId: 'model-1',
    model: 'credit-risk',
    version: '1',
    environment: 'production',
    artifactSha256: digest,
    strategy: { kind: 'direct', steps: [] },
    requestedBy: { type: 'person', id: 'person-operator', name: 'Test operator' },
    ...part,
  };
}

export function aDriftDetected(part: Partial<Data<'drift.detected'>> = {}): Data<'drift.detected'> {
  return {
    monitorId: 'mon-1',
    endpoint: 'shop',
    model: 'credit-risk',
    version: '1',
    variant: 'stable',
    monitorVersion: 1,
    detectionId: 'det-1',
    kind: 'data',
    scope: { features: ['amount'] },
    windowId: 'w-1',
    window,
    baseline: { id: 'base-1', n: 50_000, sha256: digest },
    detector: { name: 'ns3', version: '1', params: { materiality: 0.02 } },
    statistic: 9.1,
    threshold: 4.9,
    effect: { size: 0.41, words: 'amount moved by 0.41' },
    features: [feature],
    budget: { atMost: 1, per: '30d', spent: 0.1 },
    severity: 'medium',
    consecutive: 1,
    exemplars: [],
    suspectedCauses: [],
    evidenceUrl: '/api/v1/detections/det-1',
    ...part,
  };
}

export function aDriftResolved(part: Partial<Data<'drift.resolved'>> = {}): Data<'drift.resolved'> {
  return {
    monitorId: 'mon-1',
    endpoint: 'shop',
    model: 'credit-risk',
    version: '1',
    variant: 'stable',
    detectionId: 'det-1',
    windowId: 'w-3',
    durationMs: 172_800_000,
    windowsClear: 2,
    ...part,
  };
}

export function aRollback(part: Partial<Data<'deployment.rolledback'>> = {}): Data<'deployment.rolledback'> {
  return {
    deploymentId: 'dep-1',
    endpointId: 'end-1',
    endpoint: 'shop',
    modelId: 'model-1',
    model: 'credit-risk',
    version: '2',
    from: '2',
    to: '1',
    automatic: true,
    reason: 'only the candidate drifted',
    trigger: { eventId: '0192f0c4-0000-7000-8000-000000000009', type: 'window.closed' },
    evidence: { windows: [], features: [feature], checks: [], exemplars: [], ruledOut: [] },
    tookMs: 12,
    ...part,
  };
}

export function aRetrainingRequested(part: Partial<Data<'retraining.requested'>> = {}): Data<'retraining.requested'> {
  return {
    modelId: 'model-1',
    model: 'credit-risk',
    requestId: 'retrain-1',
    endpoint: 'shop',
    cause: { eventId: 'event-1', type: 'window.closed', summary: 'both versions see another market', features: [feature] },
    dataWindow: { start: '2026-05-01T00:00:00.000Z', end: '2026-05-02T00:00:00.000Z' },
    expiresAt: '2026-06-01T00:00:00.000Z',
    ...part,
  };
}
