import { describe, expect, test } from '@jest/globals';
import type { RuleResult } from '@drawbridge/contracts';
import type { Approval } from './approval.js';
import { anApproval, noon, persons } from './approval.mother.js';
import { type GateRequest, judge } from './gate.js';
import type { PolicyInForce, PolicyMode } from './policy.js';

const digest = 'a'.repeat(64);
const pass: RuleResult = { id: 'metrics', result: 'pass', why: 'fine' };
const fail: RuleResult = { id: 'metrics', result: 'fail', why: 'no metrics' };
const error: RuleResult = { id: 'auc', result: 'error', why: 'field not found' };

function aPolicy(needed: number, mode: PolicyMode = 'enforce', version = 1): PolicyInForce {
  const document = { name: 'production', mode, environments: ['production'], approvals: { needed, validForSeconds: 86_400 }, rules: [] };
  return { id: 'policy-1', version, digest, document };
}

function aRequest(part: Partial<GateRequest> = {}): GateRequest {
  return {
    policy: aPolicy(1),
    environment: 'production',
    ruleResults: [pass],
    registeredSha256: digest,
    requestedSha256: digest,
    approval: undefined,
    now: noon,
    ...part,
  };
}

const given = (part: Partial<Approval>): Approval => anApproval(part);
const late = new Date(noon.getTime() + 8 * 86_400_000);

describe('the gate', () => {
  test.each<[string, Partial<GateRequest>, string, boolean]>([
    // case                                 request                                                            verdict           asks
    ['no policy', { policy: undefined }, 'deny', false],
    ['nothing needed', { policy: aPolicy(0) }, 'allow', false],
    ['a rule says no', { policy: aPolicy(0), ruleResults: [pass, fail] }, 'deny', false],
    ['a rule cannot be computed', { policy: aPolicy(0), ruleResults: [error] }, 'deny', false],
    ['a rule says no, and nobody is asked in vain', { ruleResults: [fail] }, 'deny', false],
    ['a yes does not outweigh a rule', { ruleResults: [fail], approval: given({ status: 'approved' }) }, 'deny', false],
    ['nobody was asked', {}, 'needs-approval', true],
    ['the question is open', { approval: given({}) }, 'needs-approval', false],
    ['the question ran out of time', { approval: given({}), now: late }, 'needs-approval', true],
    ['approved', { approval: given({ status: 'approved' }) }, 'allow', false],
    ['approved, but too long ago', { approval: given({ status: 'approved' }), now: late }, 'needs-approval', true],
    [
      'approved under an older policy',
      { policy: aPolicy(1, 'enforce', 2), approval: given({ status: 'approved' }) },
      'needs-approval',
      true,
    ],
    [
      'approved for another artifact',
      { approval: given({ status: 'approved', binding: { ...anApproval().binding, artifactSha256: 'b'.repeat(64) } }) },
      'needs-approval',
      true,
    ],
    ['another artifact than registered', { policy: aPolicy(0), requestedSha256: 'b'.repeat(64) }, 'deny', false],
    ['another artifact, though approved', { requestedSha256: 'b'.repeat(64), approval: given({ status: 'approved' }) }, 'deny', false],
    ['rejected', { approval: given({ status: 'rejected', reason: 'no' }) }, 'deny', false],
    ['rejected stays rejected', { approval: given({ status: 'rejected', reason: 'no' }), now: late }, 'deny', false],
    [
      'rejected under an older policy',
      { policy: aPolicy(1, 'enforce', 2), approval: given({ status: 'rejected' }) },
      'needs-approval',
      true,
    ],
    ['voided', { approval: given({ status: 'voided' }) }, 'needs-approval', true],
    ['expired', { approval: given({ status: 'expired' }) }, 'needs-approval', true],
    ['switched off', { policy: aPolicy(1, 'off'), ruleResults: [fail] }, 'allow', false],
    ['only observed', { policy: aPolicy(1, 'observe'), ruleResults: [fail] }, 'allow', false],
  ])('%s', (_, part, verdict, ask) => {
    const answer = judge(aRequest(part));
    expect([answer.verdict, answer.ask]).toEqual([verdict, ask]);
  });

  const [ann, ben] = persons;
  const yes = ({ id, name }: { id: string; name: string }) =>
    ({ decision: 'approved', responder: { type: 'person', id, name }, comment: '', at: noon }) as const;
  const by = (id: string) => ({ type: 'person', id, name: id }) as const;

  test.each<[string, Partial<Approval>, Partial<GateRequest>, string]>([
    ['a second person asks for the deployment of what Ann approved', { answers: [yes(ann)] }, { deployer: by('ben') }, 'allow'],
    ['Ann asks for the deployment of what only she approved', { answers: [yes(ann)] }, { deployer: by('ann') }, 'deny'],
    ['Ann asks, and one yes is enough without hers', { answers: [yes(ann), yes(ben)] }, { deployer: by('ann') }, 'allow'],
    [
      'Ann asks, and two yeses are needed besides hers',
      { needed: 2, answers: [yes(ann), yes(ben)] },
      { deployer: by('ann'), policy: aPolicy(2) },
      'deny',
    ],
    ['nobody asks for a deployment yet', { answers: [yes(ann)] }, {}, 'allow'],
  ])('the requester of a deployment is not its approver: %s', (_, approval, part, verdict) => {
    const answer = judge(aRequest({ approval: given({ status: 'approved', ...approval }), ...part }));
    expect(answer.verdict).toBe(verdict);
    if (verdict === 'deny') expect(answer.rules.at(-1)).toMatchObject({ result: 'fail', why: expect.stringContaining('somebody else') });
  });

  test('says what was found even when it only observes', () => {
    expect(judge(aRequest({ policy: aPolicy(0, 'observe'), ruleResults: [fail] })).rules).toEqual([fail]);
  });

  test('every refusal says why', () => {
    for (const part of [{ policy: undefined }, { ruleResults: [fail] }, {}, { requestedSha256: 'b'.repeat(64) }]) {
      const against = judge(aRequest(part)).rules.filter((rule) => rule.result !== 'pass');
      expect(against.length).toBeGreaterThan(0);
      expect(against.every((rule) => rule.why.length > 0)).toBe(true);
    }
  });
});
