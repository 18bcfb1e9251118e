import { describe, expect, test } from '@jest/globals';
import { FeatureLayout } from '@drawbridge/drift';
import { RoutingTable, type Routed, type Target } from './routing.js';

const layout = new FeatureLayout({ format: 'drawbridge.baseline/1', rows: 0, features: [] });

function target(monitorId: string, part: Partial<Target> = {}): Target {
  return {
    monitorId,
    project: 'default',
    endpoint: 'risk',
    model: 'credit',
    version: '1',
    deploymentIds: [`dep-${monitorId}`],
    createdMs: 1,
    timing: { windowMs: 1, latenessMs: 0, horizonMs: 1 },
    keepRate: 1,
    segments: [],
    layout,
    ...part,
  };
}

const row: Routed = { project: 'default', model: 'credit', version: '1', endpoint: undefined, deploymentId: undefined };

describe('which monitor a prediction belongs to', () => {
  const table = new RoutingTable([
    target('old'),
    target('new', { createdMs: 2, endpoint: 'risk-2' }),
    target('other', { project: 'other', createdMs: 3 }),
    target('second', { version: '2' }),
  ]);

  test.each<[string, Partial<Routed>, string | undefined]>([
    ['the newest when several watch the version', {}, 'new'],
    ['the one of a given endpoint', { endpoint: 'risk' }, 'old'],
    ['none for an endpoint without it', { endpoint: 'elsewhere' }, undefined],
    ['the one of its project', { project: 'other' }, 'other'],
    ['the one of its version', { version: '2' }, 'second'],
    ['none for an unknown version', { version: '3' }, undefined],
    ['the one of its deployment', { deploymentId: 'dep-old', model: undefined, version: undefined }, 'old'],
    ['none for an unknown deployment alone', { deploymentId: 'dep-x', model: undefined, version: undefined }, undefined],
    ['the version when the deployment is unknown', { deploymentId: 'dep-x', version: '2' }, 'second'],
  ])('%s', (_, part, expected) => {
    expect(table.route({ ...row, ...part })?.monitorId).toBe(expected);
  });
});
