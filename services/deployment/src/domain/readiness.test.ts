import { describe, expect, test } from '@jest/globals';
import { nextReadiness, type ServingWord } from './readiness.js';

const now = new Date('2026-11-20T00:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const loading: ServingWord = { kind: 'not-ready', reason: 'the model is being loaded' };

describe('what follows from what serving says of a version', () => {
  test.each<[string, ServingWord, Date | null, object]>([
    // case                                     word                                          unready since  → step
    ['ready ends the asking', { kind: 'ready' }, ago(10), { kind: 'ready' }],
    [
      'a file that is no model fails at once',
      { kind: 'unusable', reason: 'no model' },
      null,
      { kind: 'fail', reason: 'it cannot be served: no model' },
    ],
    ['the first no starts the clock', loading, null, { kind: 'wait', unreadySince: now }],
    ['a later no keeps it running', loading, ago(59), { kind: 'wait', unreadySince: ago(59) }],
    [
      'a no at the deadline fails, with the last reason',
      loading,
      ago(60),
      { kind: 'fail', reason: 'it was not ready to serve within 60 seconds: the model is being loaded' },
    ],
    ['silence is no verdict, however long it takes', { kind: 'unknown' }, ago(3600), { kind: 'wait', unreadySince: null }],
  ])('%s', (_, word, since, step) => {
    expect(nextReadiness(word, since, { readyWithinSeconds: 60 }, now)).toEqual(step);
  });

  test('a plan that names no deadline has five minutes', () => {
    expect(nextReadiness(loading, ago(299), {}, now).kind).toBe('wait');
    expect(nextReadiness(loading, ago(300), {}, now).kind).toBe('fail');
  });
});
