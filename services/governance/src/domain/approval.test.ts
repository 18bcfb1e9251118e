import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anApproval, author, machine, noon, persons, requester } from './approval.mother.js';
import {
  type Approval,
  answerApproval,
  closed,
  type Decision,
  expireApproval,
  lapseOf,
  refusalFor,
  type Responder,
  voidApproval,
} from './approval.js';

const [ann, ben, cyd] = persons;
const late = new Date(noon.getTime() + 8 * 86_400_000);

describe('who may answer', () => {
  test.each<[string, Partial<Approval>, Responder, Date, string | undefined]>([
    // case                                  approval                    responder  when  refusal
    ['a second person', {}, ann, noon, undefined],
    ['the author', {}, author, noon, 'DBR-APPROVAL-OWN-VERSION'],
    ['whoever asked', {}, requester, noon, 'DBR-APPROVAL-OWN-REQUEST'],
    ['whoever asked for a deployment of it', { deployers: [{ type: 'person', id: ann.id }] }, ann, noon, 'DBR-APPROVAL-OWN-DEPLOYMENT'],
    ['a second person, though a machine asked for a deployment', { deployers: [{ type: 'machine', id: ann.id }] }, ann, noon, undefined],
    ['a machine', {}, machine, noon, 'DBR-APPROVAL-MACHINE'],
    ['the author through a closed one', { status: 'approved' }, author, noon, 'DBR-APPROVAL-OWN-VERSION'],
    ['after the time is up', {}, ann, late, 'DBR-APPROVAL-EXPIRED'],
    ['at the very moment', { expiresAt: noon }, ann, noon, 'DBR-APPROVAL-EXPIRED'],
    ['approved already', { status: 'approved' }, ann, noon, 'DBR-APPROVAL-CLOSED'],
    ['rejected already', { status: 'rejected' }, ann, noon, 'DBR-APPROVAL-CLOSED'],
    ['voided already', { status: 'voided' }, ann, noon, 'DBR-APPROVAL-CLOSED'],
    ['twice', answeredBy(ann, 'abstained'), ann, noon, 'DBR-APPROVAL-ANSWERED'],
    ['after somebody else', answeredBy(ann, 'abstained'), ben, noon, undefined],
    ['a person with the id of the machine that is author', { author: { type: 'machine', id: ann.id } }, ann, noon, undefined],
  ])('%s', (_, part, responder, when, code) => {
    expect(refusalFor(anApproval(part), responder, when)?.code).toBe(code);
  });
});

describe('answers', () => {
  test.each<[number, [Responder, Decision][], Approval['status'], number]>([
    // needed  answers                                                    status       remaining
    [1, [[ann, 'approved']], 'approved', 0],
    [1, [[ann, 'rejected']], 'rejected', 1],
    [1, [[ann, 'abstained']], 'pending', 1],
    [2, [[ann, 'approved']], 'pending', 1],
    [
      2,
      [
        [ann, 'approved'],
        [ben, 'approved'],
      ],
      'approved',
      0,
    ],
    [
      2,
      [
        [ann, 'approved'],
        [ann, 'approved'],
      ],
      'pending',
      1,
    ],
    [
      2,
      [
        [ann, 'approved'],
        [ben, 'rejected'],
      ],
      'rejected',
      1,
    ],
    [
      2,
      [
        [ann, 'approved'],
        [ben, 'abstained'],
        [cyd, 'approved'],
      ],
      'approved',
      0,
    ],
    [
      2,
      [
        [ann, 'rejected'],
        [ben, 'approved'],
        [cyd, 'approved'],
      ],
      'rejected',
      2,
    ],
    [1, [[author, 'approved']], 'pending', 1],
    [1, [[machine, 'approved']], 'pending', 1],
  ])('%i needed, %j → %s', (needed, answers, status, remaining) => {
    let approval = anApproval({ needed });
    for (const [responder, decision] of answers) {
      const step = answerApproval(approval, responder, decision, '', noon);
      if (step.kind === 'taken') approval = step.approval;
    }
    expect(approval.status).toBe(status);
    expect(needed - approval.answers.filter((answer) => answer.decision === 'approved').length).toBe(remaining);
  });

  test('the reason names who settled it and what they said', () => {
    const step = answerApproval(anApproval(), ann, 'rejected', 'too few rows', noon);
    expect(step.kind === 'taken' && step.closing).toEqual({ status: 'rejected', reason: 'rejected by Ann: too few rows' });
  });
});

describe('time and change', () => {
  test.each<[Approval['status'], Date, 'expired' | undefined]>([
    ['pending', noon, undefined],
    ['pending', late, 'expired'],
    ['approved', noon, undefined],
    ['approved', late, 'expired'],
    ['rejected', late, undefined],
    ['expired', late, undefined],
    ['voided', late, undefined],
  ])('%s at %j expires: %s', (status, now, outcome) => {
    expect(expireApproval(anApproval({ status }), now)?.status).toBe(outcome);
  });

  test.each<[Approval['status'], 'voided' | undefined]>([
    ['pending', 'voided'],
    ['approved', 'voided'],
    ['rejected', undefined],
    ['expired', undefined],
    ['voided', undefined],
  ])('%s is voided: %s', (status, outcome) => {
    expect(voidApproval(anApproval({ status }), 'policy changed')?.status).toBe(outcome);
  });

  test.each<[string, object, Date, string | undefined]>([
    ['the same', {}, noon, undefined],
    ['another artifact', { artifactSha256: 'b'.repeat(64) }, noon, 'artifact'],
    ['another policy version', { policyVersion: 'production@2' }, noon, 'policy'],
    ['another environment', { environment: 'staging' }, noon, 'production'],
    ['too late', {}, late, 'expired'],
  ])('a yes covers %s', (_, part, now, why) => {
    const { artifactSha256, policyVersion, environment } = anApproval().binding;
    const lapse = lapseOf(anApproval({ status: 'approved' }), { artifactSha256, policyVersion, environment, ...part }, now);
    if (why === undefined) expect(lapse).toBeUndefined();
    else expect(lapse).toContain(why);
  });
});

type Act =
  | { readonly kind: 'answer'; readonly who: Responder; readonly decision: Decision; readonly at: number }
  | { readonly kind: 'expire'; readonly at: number }
  | { readonly kind: 'void' };

const moment = fc.integer({ min: -1, max: 10 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      who: fc.constantFrom(...persons, author, requester, machine),
      decision: fc.constantFrom<Decision>('approved', 'rejected', 'abstained'),
      at: moment,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), at: moment }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const) }) },
);

function applied(approval: Approval, step: Act): Approval {
  const at = 'at' in step ? new Date(noon.getTime() + step.at * 86_400_000) : noon;
  switch (step.kind) {
    case 'answer': {
      const result = answerApproval(approval, step.who, step.decision, '', at);
      return result.kind === 'taken' ? result.approval : approval;
    }
    case 'expire':
    case 'void': {
      const closing = step.kind === 'expire' ? expireApproval(approval, at) : voidApproval(approval, 'changed');
      return closing === undefined ? approval : closed(approval, closing);
    }
  }
}

test('no order of answers, expiry and change gives two outcomes, or a yes of the author', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(act, { maxLength: 30 }), (needed, acts) => {
      let approval = anApproval({ needed });
      const outcomes: string[] = [];
      for (const step of acts) {
        const next = applied(approval, step);
        if (next.status !== approval.status) outcomes.push(next.status);
        approval = next;
        const yes = approval.answers.filter((answer) => answer.decision === 'approved').map((answer) => answer.responder);
        const all = approval.answers.map((answer) => answer.responder.id);
        expect(new Set(all).size).toBe(all.length);
        expect(all).not.toContain(author.id);
        expect(all).not.toContain(requester.id);
        expect(approval.answers.every((answer) => answer.responder.type === 'person')).toBe(true);
        if (outcomes.includes('approved')) expect(yes).toHaveLength(needed);
      }
      // Settled once; a yes may lapse once, nothing else follows.
      const lapsed = ['expired', 'voided'];
      expect(outcomes.filter((outcome) => ['approved', 'rejected'].includes(outcome)).length).toBeLessThanOrEqual(1);
      expect(outcomes.length).toBeLessThanOrEqual(2);
      if (outcomes.length === 2) expect([outcomes[0], lapsed.includes(outcomes[1] ?? '')]).toEqual(['approved', true]);
    }),
    { numRuns: 500 },
  );
});

function answeredBy(who: Responder, decision: Decision): Partial<Approval> {
  return { answers: [{ decision, responder: { type: 'person', id: who.id, name: who.name }, comment: '', at: noon }] };
}
