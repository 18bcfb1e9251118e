import type { EventData } from '@drawbridge/testing';

/** A storm at an airport, as monitoring would report it. */
export function aDriftDetected(): EventData<'drift.detected'> {
  return {
    monitorId: 'monitor-1',
    endpoint: 'flights-eta',
    model: 'flights',
    version: '1',
    variant: 'stable',
    monitorVersion: 1,
    detectionId: 'detection-1',
    kind: 'data',
    scope: { features: ['origin'] },
    windowId: 'window-1',
    window: {
      id: 'window-1',
      start: '2026-07-06T00:00:00.000Z',
      end: '2026-07-07T00:00:00.000Z',
      revision: 1,
      n: 4639,
      expected: null,
      late: 0,
      deduplicated: 0,
      rejected: 0,
      coverage: null,
    },
    baseline: { id: 'baseline-1', n: 367_746, sha256: 'a'.repeat(64) },
    detector: { name: 'chi-square', version: '1', params: {} },
    statistic: 35.2,
    threshold: 2.8,
    effect: { size: 0.096, words: 'fewer flights from LGA' },
    features: [],
    budget: { atMost: 1, per: '30d', spent: 0 },
    severity: 'high',
    consecutive: 1,
    exemplars: [],
    suspectedCauses: [],
    evidenceUrl: '/api/v1/detections/detection-1',
  };
}
