import { describe, expect, test } from '@jest/globals';
import type { EventMap } from '@drawbridge/contracts';
import { project } from './projection.js';

const envelope = {
  id: 'e',
  time: '2026-01-01T00:00:00.000Z',
  project: 'default',
  source: '/s',
  sequence: 1,
  actor: { type: 'system', id: 'x' },
};
const deployment = { ...envelope, deploymentId: 'd', endpointId: 'p', endpoint: 'prod', modelId: 'm', model: 'churn', version: '4' };
const monitor = { ...envelope, monitorId: 'w', endpoint: 'prod', model: 'churn', version: '4', variant: 'candidate' };

function changes<T extends keyof EventMap>(topic: T, event: object): ReturnType<typeof project> {
  return project(topic, event as EventMap[T]);
}

describe('the projection', () => {
  test('the state of a deployment and its progress are ordered apart', () => {
    const [paused] = changes('deployment.paused', { ...deployment, reason: 'both arms moved' });
    expect(paused).toMatchObject({
      kind: 'deployment',
      id: 'd',
      name: 'prod',
      group: 'status',
      patch: { status: 'paused', reason: 'both arms moved' },
    });
    const [analyzed] = changes('deployment.analyzed', { ...deployment, verdict: 'fail', summary: 'hour' });
    expect(analyzed).toMatchObject({ id: 'd', group: 'progress', patch: { lastVerdict: 'fail', lastSummary: 'hour' } });
    expect(analyzed?.patch).not.toHaveProperty('status');
  });

  test.each([
    ['deployment.requested', 'requested'],
    ['deployment.started', 'progressing'],
    ['deployment.resumed', 'progressing'],
    ['deployment.promoted', 'promoted'],
    ['deployment.aborted', 'aborted'],
    ['deployment.failed', 'failed'],
    ['deployment.rolledback', 'rolledback'],
  ] as const)('%s makes it %s', (topic, status) => {
    expect(changes(topic, { ...deployment, reason: 'r' })[0]?.patch).toMatchObject({ status, statusAt: envelope.time });
  });

  test('an alarm of a monitor is set and taken back in one group', () => {
    const detected = changes('drift.detected', {
      ...monitor,
      detectionId: 'x',
      scope: { features: ['hour'] },
      severity: 'high',
      effect: { size: 1, words: 'large' },
    });
    expect(detected[0]).toMatchObject({ group: 'alarm', patch: { alarm: { detectionId: 'x', features: ['hour'], words: 'large' } } });
    expect(changes('drift.resolved', monitor)[0]).toMatchObject({ group: 'alarm', patch: { alarm: null } });
  });

  test('silence of a monitor does not touch its alarm', () => {
    expect(changes('monitor.stalled', { ...monitor, reason: 'quiet', lastEventAt: null })[0]).toMatchObject({
      group: 'stall',
      patch: { stalled: { reason: 'quiet' } },
    });
    expect(changes('monitor.resumed', monitor)[0]).toMatchObject({ group: 'stall', patch: { stalled: null } });
  });

  test('a closed window without timed predictions has no latency', () => {
    const [closed] = changes('window.closed', {
      ...monitor,
      windowId: 'i',
      window: { start: 'a', end: 'b', n: 7 },
      verdict: 'quiet',
      latency: null,
      errors: 0,
    });
    expect(closed?.patch['lastWindow']).toMatchObject({ id: 'i', n: 7, verdict: 'quiet', p95Ms: null });
  });

  test('an endpoint keeps who gets what, without artifacts', () => {
    const target = { version: '4', weight: 10, variant: 'candidate', deploymentId: 'd', artifact: {}, signature: {} };
    const [state] = changes('endpoint.state', {
      ...envelope,
      endpointId: 'p',
      endpoint: 'prod',
      environment: 'production',
      modelId: 'm',
      model: 'churn',
      targets: [target],
    });
    expect(state?.patch).toEqual({
      endpointId: 'p',
      endpoint: 'prod',
      environment: 'production',
      model: 'churn',
      targets: [{ version: '4', weight: 10, variant: 'candidate', deploymentId: 'd' }],
      rollout: null,
    });
  });

  test('an approval is pending until it is closed', () => {
    const asked = { ...envelope, approvalId: 'a', modelId: 'm', model: 'churn', version: '4', environment: 'production' };
    expect(changes('approval.requested', asked)[0]).toMatchObject({
      kind: 'approval',
      id: 'a',
      name: 'churn@4',
      patch: { status: 'pending', requestedAt: envelope.time },
    });
    expect(changes('approval.closed', { ...asked, status: 'approved', reason: 'by otto' })[0]).toMatchObject({
      patch: { status: 'approved', reason: 'by otto' },
    });
  });

  test('an incident shows its newest words', () => {
    const event = { ...envelope, incidentId: 'i', title: 't', status: 'mitigated', severity: 'high', summary: 's', affected: [] };
    expect(changes('incident.updated', event)).toEqual([
      {
        kind: 'incident',
        id: 'i',
        name: 't',
        group: 'status',
        patch: { incidentId: 'i', title: 't', status: 'mitigated', severity: 'high', summary: 's', affected: [], changedAt: envelope.time },
      },
    ]);
  });

  test('a topic that no page shows changes nothing', () => {
    expect(changes('audit.recorded', envelope)).toEqual([]);
  });
});
