import { describe, expect, test } from '@jest/globals';
import { deploymentVerbs } from '@drawbridge/contracts';
import { knownRefusals, lapsed } from './gate.js';
import { completeStrategy, strategyProblems } from './strategy.js';
import { mayUse, wayOut } from './verbs.js';

const base = { held: false, hasPredecessor: true, serving: false };

describe('the verbs of a deployment', () => {
  test.each([
    ['requested', ['abort']],
    ['progressing', ['pause', 'promote', 'skip-to-full', 'abort', 'rollback']],
    ['paused', ['resume', 'promote', 'skip-to-full', 'abort', 'rollback']],
    ['blocked', ['retry']],
    ['aborted', ['retry']],
    ['rolledback', ['retry']],
    ['failed', ['retry']],
    ['superseded', []],
    ['promoted', []],
  ] as const)('%s allows %j', (status, allowed) => {
    expect(deploymentVerbs.filter((verb) => mayUse(verb, { ...base, status }).allowed)).toEqual(allowed);
  });

  test('a held deployment can be started once the gate has allowed it', () => {
    expect(mayUse('start', { ...base, status: 'requested', held: true })).toEqual({ allowed: true });
  });

  test('a refused verb names those that are allowed in the present state', () => {
    expect(wayOut({ ...base, status: 'paused' })).toBe('allowed while it is paused: resume, promote, skip-to-full, abort, rollback');
    expect(wayOut({ ...base, status: 'superseded' })).toContain('ask for a new deployment');
  });

  test('the serving version can be rolled back, and a refusal says why', () => {
    expect(mayUse('rollback', { ...base, status: 'promoted', serving: true })).toEqual({ allowed: true });
    expect(mayUse('rollback', { ...base, status: 'promoted', serving: true, hasPredecessor: false })).toMatchObject({
      why: 'there is no version to go back to',
    });
  });
});

describe('what is refused before governance is asked', () => {
  const now = new Date('2026-11-20T00:00:00Z');
  const approval = { approvalId: 'a', status: 'approved' as const, artifactSha256: 'x', expiresAt: new Date('2026-12-01T00:00:00Z') };
  test('nothing is certain without an approval, and an approved one lets the request through', () => {
    expect(knownRefusals([], 'x', 'production', now)).toEqual([]);
    expect(knownRefusals([approval], 'x', 'production', now)).toEqual([]);
  });
  test.each([
    [{ status: 'pending' as const }, 'waiting'],
    [{ status: 'rejected' as const, reason: 'no' }, 'rejected: no'],
    [{ status: 'voided' as const }, 'voided'],
    [{ expiresAt: now }, 'expired'],
    [{ artifactSha256: 'y' }, 'another artifact'],
  ])('%j is refused: %s', (over, words) => {
    expect(knownRefusals([{ ...approval, ...over }], 'x', 'production', now).join()).toContain(words);
  });
});

describe('a yes of the gate that was overtaken', () => {
  const now = new Date('2026-11-20T00:00:00Z');
  const approval = { approvalId: 'a', status: 'approved' as const, artifactSha256: 'x', expiresAt: new Date('2026-12-01T00:00:00Z') };
  test.each([
    ['approved', 0],
    ['pending', 0],
    ['voided', 1],
    ['rejected', 1],
    ['expired', 1],
  ] as const)('%s → %i refusals', (status, count) => {
    expect(lapsed([{ ...approval, status }], 'x', 'production', now)).toHaveLength(count);
  });
});

describe('a strategy', () => {
  test('is a canary with default steps unless the request says otherwise', () => {
    expect(completeStrategy(undefined).kind).toBe('canary');
    expect(strategyProblems(completeStrategy(undefined))).toEqual([]);
  });
  test('must climb, stay below 100 and be judged by something', () => {
    const step = { windows: 1, minSamples: 1 };
    const fields = (weights: number[]) =>
      strategyProblems({ kind: 'canary', steps: weights.map((weight) => ({ ...step, weight })) }).map((each) => each.field);
    expect(fields([10, 10])).toEqual(['strategy.steps.1.weight']);
    expect(fields([100])).toEqual(['strategy.steps.0.weight']);
    expect(strategyProblems({ kind: 'canary', steps: [{ weight: 10, windows: 0, minSamples: 1 }] })[0]?.message).toContain(
      'nothing is judged',
    );
    expect(strategyProblems({ kind: 'direct', steps: [{ ...step, weight: 10 }] })[0]?.field).toBe('strategy.steps');
  });
});
