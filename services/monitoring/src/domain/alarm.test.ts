import { describe, expect, test } from '@jest/globals';
import type { Severity } from '@drawbridge/contracts';
import { type AlarmInput, nextAlarm } from './alarm.js';
import type { Alarm } from './monitor.js';

const open: Alarm = {
  state: 'open',
  detectionId: 'det-1',
  since: '2026-01-05T00:00:00.000Z',
  sinceWindowId: 'w-1',
  severity: 'medium',
  features: ['age'],
  escalated: false,
  consecutive: 1,
  quiet: 0,
  upTo: '2026-01-06T00:00:00.000Z',
};
const quiet: Alarm = { state: 'quiet' };

function input(verdict: AlarmInput['verdict'], part: Partial<AlarmInput> = {}): AlarmInput {
  return {
    verdict,
    severity: 'medium',
    features: ['age'],
    windowId: 'w-9',
    start: '2026-01-09T00:00:00.000Z',
    end: '2026-01-10T00:00:00.000Z',
    retrospective: false,
    detectionId: 'det-9',
    announced: false,
    monitorClosed: false,
    ...part,
  };
}

const critical: Severity = 'critical';

describe('one step of the alarm', () => {
  test.each<[string, Alarm, AlarmInput, Alarm['state'], string]>([
    // what happens                               alarm                          window                                                 next     action
    ['a quiet window changes nothing', quiet, input('quiet'), 'quiet', 'stay'],
    ['an alarming one opens', quiet, input('alarming'), 'open', 'open'],
    ['a revised one may open', quiet, input('alarming', { retrospective: true }), 'open', 'open'],
    ['but not again after its alarm ended', quiet, input('alarming', { retrospective: true, announced: true }), 'quiet', 'stay'],
    ['a closed monitor opens nothing', quiet, input('alarming', { monitorClosed: true }), 'quiet', 'stay'],
    ['too few rows say nothing', quiet, input('insufficient'), 'quiet', 'stay'],
    ['no baseline says nothing', quiet, input('unjudged'), 'quiet', 'stay'],
    ['another alarming window is the same episode', open, input('alarming'), 'open', 'stay'],
    ['a worse one escalates', open, input('alarming', { severity: critical }), 'open', 'escalate'],
    ['a milder one does not', { ...open, severity: 'high' }, input('alarming'), 'open', 'stay'],
    ['it escalates once', { ...open, escalated: true }, input('alarming', { severity: critical }), 'open', 'stay'],
    ['a closed monitor does not escalate', open, input('alarming', { severity: critical, monitorClosed: true }), 'open', 'stay'],
    ['the first quiet window', open, input('quiet'), 'open', 'stay'],
    ['the second', { ...open, quiet: 1 }, input('quiet'), 'open', 'stay'],
    ['the third resolves', { ...open, quiet: 2 }, input('quiet'), 'quiet', 'resolve'],
    ['also for a closed monitor', { ...open, quiet: 2 }, input('quiet', { monitorClosed: true }), 'quiet', 'resolve'],
    ['a revised one never resolves', { ...open, quiet: 2 }, input('quiet', { retrospective: true }), 'open', 'stay'],
    ['nor one with too few rows', { ...open, quiet: 2 }, input('insufficient'), 'open', 'stay'],
  ])('%s', (_, alarm, window, state, action) => {
    const step = nextAlarm(alarm, window, 3);
    expect([step.next.state, step.action.kind]).toEqual([state, action]);
  });

  test('an alarming window starts the count of quiet ones anew', () => {
    const { next } = nextAlarm({ ...open, quiet: 2, consecutive: 4 }, input('alarming', { features: ['region'] }), 3);
    expect(next).toMatchObject({ quiet: 0, consecutive: 1, features: ['age', 'region'], detectionId: 'det-1' });
  });

  test('a revision leaves the counts of an open alarm alone', () => {
    expect(nextAlarm(open, input('alarming', { retrospective: true }), 3).next).toBe(open);
  });
});
