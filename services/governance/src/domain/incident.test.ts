import { describe, expect, test } from '@jest/globals';
import type { EventMap } from '@drawbridge/contracts';
import { acknowledge, resolve } from './incident-by-hand.js';
import {
  driftDetected,
  driftResolved,
  type EndTopic,
  type Fact,
  type Incident,
  incidentFor,
  retrainingRequested,
  rolledBack,
  rolloutEnded,
} from './incident.js';

const at = '2026-03-06T00:00:00.000Z';
const envelope = { time: at, project: 'default', source: '/test', actor: { type: 'system', id: 'monitoring' } } as const;
const base = { id: 'incident-1', project: 'default', endpoint: 'shop', openedAt: new Date(at) };
const hand = { actor: { type: 'person', id: 'mia', name: 'Mia' }, now: new Date(at), eventId: 'e-hand' } as const;

function drift(version: string, detectionId: string, part: Partial<EventMap['drift.detected']> = {}): Fact<'drift.detected'> {
  const data = {
    ...envelope,
    id: `e-${detectionId}`,
    type: 'drift.detected',
    endpoint: 'shop',
    model: 'risk',
    version,
    variant: 'stable',
    detectionId,
    kind: 'data',
    scope: { features: ['amount'] },
    features: [{ feature: 'amount', effect: 0.4, statistic: 9, threshold: 4, alarming: true }],
    effect: { size: 0.4, words: 'amount moved' },
    window: { n: 4_639 },
    severity: 'medium',
    ...part,
  } as unknown as EventMap['drift.detected'];
  return { type: 'drift.detected', data, traceId: 't-1' };
}

function rollback(from: string, deploymentId: string, automatic = true): Fact<'deployment.rolledback'> {
  const data = {
    ...envelope,
    id: 'e-back',
    type: 'deployment.rolledback',
    endpoint: 'shop',
    model: 'risk',
    version: from,
    from,
    to: '1',
    deploymentId,
    automatic,
    reason: 'only the candidate',
    tookMs: 3,
  };
  return { type: 'deployment.rolledback', data: data as unknown as EventMap['deployment.rolledback'] };
}

function retraining(): Fact<'retraining.requested'> {
  const data = {
    ...envelope,
    id: 'e-train',
    type: 'retraining.requested',
    endpoint: 'shop',
    model: 'risk',
    cause: { summary: 'new market' },
  };
  return { type: 'retraining.requested', data: data as unknown as EventMap['retraining.requested'] };
}

function over(detectionId: string): Fact<'drift.resolved'> {
  const data = {
    ...envelope,
    id: `e-over-${detectionId}`,
    type: 'drift.resolved',
    endpoint: 'shop',
    model: 'risk',
    version: '1',
    variant: 'stable',
    detectionId,
    windowsClear: 2,
  };
  return { type: 'drift.resolved', data: data as unknown as EventMap['drift.resolved'] };
}

type Event = Fact<'drift.detected'> | Fact<'deployment.rolledback'> | Fact<'retraining.requested'> | Fact<'drift.resolved'>;

/** All incidents of the endpoint after the events, oldest first. */
function after(...events: Event[]): Incident[] {
  const incidents: Incident[] = [];
  for (const fact of events) {
    const unresolved = incidents.filter((incident) => incident.status !== 'resolved').toReversed();
    const found =
      fact.type === 'drift.resolved'
        ? incidents.find((each) => each.detections.some((d) => d.detectionId === fact.data.detectionId))
        : incidentFor(unresolved, fact);
    const opened = { ...base, id: `incident-${incidents.length + 1}` };
    const step = stepOf(fact, found, found === undefined ? opened : { ...base, id: found.id });
    const place = incidents.findIndex((incident) => incident.id === step.incident.id);
    if (place < 0) incidents.push(step.incident);
    else incidents[place] = step.incident;
  }
  return incidents;
}

function stepOf(fact: Event, found: Incident | undefined, at: typeof base): { incident: Incident } {
  switch (fact.type) {
    case 'drift.detected':
      return driftDetected(found, fact, at);
    case 'deployment.rolledback':
      return rolledBack(found, fact, at);
    case 'retraining.requested':
      return retrainingRequested(found, fact, at);
    case 'drift.resolved':
      if (found === undefined) throw new Error('unknown detection');
      return driftResolved(found, fact);
  }
}

const candidate = { variant: 'candidate', deploymentId: 'dep-2' } as const;

describe('one incident per cause', () => {
  test.each<[string, Event[], [status: string, causes: number][]]>([
    ['a storm', [drift('1', 'a')], [['open', 1]]],
    ['a storm that passes', [drift('1', 'a'), over('a')], [['resolved', 1]]],
    [
      'two storms',
      [drift('1', 'a'), over('a'), drift('1', 'b')],
      [
        ['resolved', 1],
        ['open', 1],
      ],
    ],
    ['a candidate that is rolled back', [drift('2', 'a', candidate), rollback('2', 'dep-2')], [['mitigated', 2]]],
    ['the same, the rollback first', [rollback('2', 'dep-2'), drift('2', 'a', candidate)], [['mitigated', 2]]],
    [
      'the same, without a deployment in the detection',
      [rollback('2', 'dep-2'), drift('2', 'a', { variant: 'candidate' })],
      [['mitigated', 2]],
    ],
    ['a rollback for errors alone', [rollback('2', 'dep-2')], [['mitigated', 1]]],
    [
      'after a rollback, another drift',
      [rollback('2', 'dep-2'), drift('1', 'b')],
      [
        ['mitigated', 1],
        ['open', 1],
      ],
    ],
    ['a new market', [drift('3', 'a'), drift('4', 'b', candidate), retraining()], [['open', 3]]],
    ['a new market, heard in another order', [retraining(), drift('4', 'b', candidate), drift('3', 'a')], [['open', 3]]],
    ['one of two detections is over', [drift('3', 'a'), drift('4', 'b', candidate), over('a')], [['open', 2]]],
    ['both are over', [drift('3', 'a'), drift('4', 'b', candidate), over('b'), over('a')], [['resolved', 2]]],
    ['mitigated, then over', [drift('2', 'a', candidate), rollback('2', 'dep-2'), over('a')], [['resolved', 2]]],
  ])('%s', (_, events, expected) => {
    expect(after(...events).map((incident) => [incident.status, incident.causes.length])).toEqual(expected);
  });

  test('the title does not depend on the order', () => {
    const [one] = after(drift('3', 'a'), drift('4', 'b'), retraining());
    const [other] = after(retraining(), drift('4', 'b'), drift('3', 'a'));
    expect([one?.title, other?.title]).toEqual(['risk on shop needs retraining', 'risk on shop needs retraining']);
    expect(after(drift('3', 'a'), drift('4', 'b', candidate))[0]?.title).toBe('Drift of risk v3 and v4 on shop: amount');
    expect(after(drift('2', 'a', candidate), rollback('2', 'dep-2'))[0]?.title).toBe('risk v2 on shop was rolled back to v1');
  });

  test('evidence is kept as it came and never replaced', () => {
    const first = drift('2', 'a', candidate);
    const [incident] = after(first, rollback('2', 'dep-2'), rollback('2', 'dep-2'));
    expect(incident?.evidence.detections).toEqual([first.data]);
    expect(incident?.evidence.rollback).toMatchObject({ id: 'e-back' });
    expect(incident?.affected).toEqual([{ endpoint: 'shop', model: 'risk', version: '2', deploymentId: 'dep-2' }]);
  });

  test('the severity only rises', () => {
    expect(after(drift('1', 'a', { severity: 'high' }), drift('1', 'b', { severity: 'low' }))[0]?.severity).toBe('high');
  });
});

describe('a rollout ends', () => {
  const end = (type: EndTopic, version: string): Fact<EndTopic> => {
    const data = { ...envelope, id: 'e-end', type, endpoint: 'shop', model: 'risk', version };
    return { type, data: data as unknown as EventMap[EndTopic] };
  };

  test.each<[string, Event[], Fact<EndTopic>, string | undefined]>([
    ['what drifted is replaced', [drift('1', 'a')], end('deployment.promoted', '2'), 'mitigated'],
    ['what drifted is promoted', [drift('2', 'a', candidate)], end('deployment.promoted', '2'), undefined],
    ['one of both is replaced', [drift('1', 'a'), drift('2', 'b', candidate)], end('deployment.promoted', '2'), undefined],
    ['both are replaced', [drift('1', 'a'), drift('2', 'b', candidate)], end('deployment.promoted', '3'), 'mitigated'],
    ['the candidate that drifted is aborted', [drift('2', 'a', candidate)], end('deployment.aborted', '2'), 'mitigated'],
    ['another candidate fails', [drift('1', 'a')], end('deployment.failed', '2'), undefined],
    ['nothing is open any more', [drift('1', 'a'), over('a')], end('deployment.promoted', '2'), undefined],
    ['it was mitigated before', [rollback('2', 'dep-2')], end('deployment.promoted', '3'), undefined],
  ])('%s', (_, events, fact, status) => {
    const [incident] = after(...events);
    expect(rolloutEnded(incident as Incident, fact)?.incident.status).toBe(status);
  });
});

describe('by hand', () => {
  const [open] = after(drift('1', 'a'));
  const [mitigated] = after(rollback('2', 'dep-2'));
  const [closed] = after(drift('1', 'a'), over('a'));

  test.each<[string, Incident | undefined, string]>([
    ['open', open, 'acknowledged'],
    ['mitigated', mitigated, 'mitigated'],
    ['resolved', closed, 'DBR-INCIDENT-RESOLVED'],
  ])('acknowledging one that is %s', (_, incident, outcome) => {
    const step = acknowledge(incident as Incident, hand);
    expect('code' in step ? step.code : step.incident.status).toBe(outcome);
  });

  test('only one person takes it', () => {
    const step = acknowledge(open as Incident, hand);
    const again = 'incident' in step ? acknowledge(step.incident, hand) : step;
    expect('code' in again && again).toEqual({ code: 'DBR-INCIDENT-ACKNOWLEDGED', why: 'Mia has already taken it' });
  });

  test('resolving says why in the timeline', () => {
    const step = resolve(open as Incident, 'known storm', hand);
    expect('incident' in step && [step.incident.status, step.timeline.text]).toEqual(['resolved', 'Mia resolved it: known storm']);
    expect('code' in resolve(closed as Incident, 'x', hand)).toBe(true);
  });
});
