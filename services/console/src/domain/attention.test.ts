import { describe, expect, test } from '@jest/globals';
import { attention, type AttentionSources } from './attention.js';

const nothing: AttentionSources = { incidents: [], approvals: [], monitors: [], deployments: [] };

const incident = (id: string, part: object = {}) => ({
  project: 'default',
  incidentId: id,
  title: `incident ${id}`,
  status: 'open',
  severity: 'high',
  summary: 'hour moved',
  changedAt: '2026-01-01T10:00:00.000Z',
  ...part,
});

describe('attention', () => {
  test('nothing to do gives an empty list', () => {
    expect(attention(nothing)).toEqual([]);
  });

  test('incidents come first, by severity and then by the newest; approvals, paused rollouts and silent monitors follow', () => {
    const found = attention({
      incidents: [
        incident('low', { severity: 'low' }),
        incident('old'),
        incident('new', { changedAt: '2026-01-02T10:00:00.000Z' }),
        incident('taken', { status: 'mitigated', severity: 'critical' }),
        incident('over', { status: 'resolved', severity: 'critical' }),
      ],
      approvals: [
        {
          project: 'default',
          approvalId: 'a',
          model: 'churn',
          version: '4',
          environment: 'production',
          status: 'pending',
          requestedAt: '2026-01-01T09:00:00.000Z',
        },
        { project: 'default', approvalId: 'b', model: 'churn', version: '3', environment: 'production', status: 'approved' },
      ],
      deployments: [
        {
          project: 'default',
          deploymentId: 'd',
          endpoint: 'prod',
          model: 'churn',
          version: '4',
          status: 'paused',
          reason: 'both arms moved',
          statusAt: '2026-01-01T08:00:00.000Z',
        },
        { project: 'default', deploymentId: 'e', endpoint: 'prod', model: 'churn', version: '3', status: 'promoted' },
      ],
      monitors: [
        {
          project: 'default',
          monitorId: 'm',
          endpoint: 'prod',
          model: 'churn',
          version: '4',
          variant: 'stable',
          stalled: { since: '2026-01-01T07:00:00.000Z', reason: 'no predictions', lastEventAt: null },
        },
        { project: 'default', monitorId: 'n', endpoint: 'prod', model: 'churn', version: '3', variant: 'stable', stalled: null },
      ],
    });
    expect(found.map(({ level, link }) => [level, link])).toEqual([
      ['bad', '/incidents/new'],
      ['bad', '/incidents/old'],
      ['bad', '/incidents/low'],
      ['waiting', '/models/churn/versions/4'],
      ['watch', '/incidents/taken'],
      ['watch', '/deployments/d'],
      ['unknown', '/models/churn/monitoring'],
    ]);
  });

  test('names are safe in links', () => {
    const [item] = attention({
      ...nothing,
      approvals: [{ project: 'team-a', approvalId: 'a', model: 'a/b', version: '1 beta', environment: 'production', status: 'pending' }],
    });
    expect(item).toMatchObject({ project: 'team-a', link: '/models/a%2Fb/versions/1%20beta' });
  });
});
