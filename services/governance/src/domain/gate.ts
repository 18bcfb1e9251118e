import type { Actor, RuleResult } from '@drawbridge/contracts';
import { type Approval, lapseOf, ownYes, remainingOf } from './approval.js';
import { type PolicyInForce, policyVersionText } from './policy.js';

export type Verdict = 'allow' | 'deny' | 'needs-approval';

export interface GateRequest {
  /** Undefined when no policy governs the environment. */
  readonly policy: PolicyInForce | undefined;
  readonly environment: string;
  /** The rules' answers, in the order of the policy. */
  readonly ruleResults: readonly RuleResult[];
  /** What the registry announced for the version. */
  readonly registeredSha256: string;
  /** What the request wants to run; the same digest for a registration. */
  readonly requestedSha256: string;
  /** The newest approval of this version for this environment, whatever became of it. */
  readonly approval: Approval | undefined;
  /** Who asks for a deployment; undefined when the question is about the version alone. */
  readonly deployer?: Actor;
  readonly now: Date;
}

export interface GateAnswer {
  readonly verdict: Verdict;
  readonly rules: readonly RuleResult[];
  /** The approval that the verdict rests on or waits for. */
  readonly approvalId?: string;
  /** Persons must be asked, and nobody has been. */
  readonly ask: boolean;
}

/**
 * The gate. No policy for an environment is a no; a rule that fails or cannot be computed is a no; a yes of persons counts only for exactly
 * what they said yes to.
 */
export function judge(request: GateRequest): GateAnswer {
  const { policy, environment } = request;
  if (policy === undefined) {
    const why = `no policy governs the environment "${environment}": publish one that names it, or one for "*"`;
    return { verdict: 'deny', rules: [{ id: 'policy', result: 'fail', why }], ask: false };
  }
  if (policy.document.mode === 'off') {
    const why = `policy ${policyVersionText(policy)} is switched off`;
    return { verdict: 'allow', rules: [{ id: 'policy', result: 'pass', why }], ask: false };
  }
  const rules = [...request.ruleResults, ...bindingResults(request)];
  const observed = policy.document.mode === 'observe';
  const refused = rules.some((rule) => rule.result === 'fail' || rule.result === 'error');
  if (observed) return { verdict: 'allow', rules, ask: false };
  if (refused || policy.document.approvals.needed === 0) return { verdict: refused ? 'deny' : 'allow', rules, ask: false };
  const consent = consentFor(policy, request);
  return { ...consent, rules: [...rules, consent.rule] };
}

function bindingResults(request: GateRequest): RuleResult[] {
  if (request.requestedSha256 === request.registeredSha256) return [];
  const why = `the request names artifact ${request.requestedSha256.slice(0, 12)}, the registered version is ${request.registeredSha256.slice(0, 12)}`;
  return [{ id: 'artifact-binding', result: 'fail', why }];
}

interface Consent {
  readonly verdict: Verdict;
  readonly rule: RuleResult;
  readonly approvalId?: string;
  readonly ask: boolean;
}

function consentFor(policy: PolicyInForce, request: GateRequest): Consent {
  const { approval, now, environment } = request;
  const needed = policy.document.approvals.needed;
  const persons = needed === 1 ? 'one person' : `${needed} persons`;
  const asking: Consent = {
    verdict: 'needs-approval',
    rule: { id: 'approval', result: 'needs-approval', why: `${persons} other than the author must approve it for ${environment}` },
    ask: true,
  };
  if (approval === undefined) return asking;
  const wanted = { artifactSha256: request.requestedSha256, policyVersion: policyVersionText(policy), environment };
  const lapse = lapseOf(approval, wanted, now);
  switch (approval.status) {
    case 'approved':
      return lapse === undefined ? yesTo(approval, request.deployer) : explained(asking, lapse);
    case 'pending': {
      if (lapse !== undefined) return explained(asking, lapse);
      const why = `approval ${approval.id} waits for ${remainingOf(approval)} of ${approval.needed}`;
      return { verdict: 'needs-approval', rule: { id: 'approval', result: 'needs-approval', why }, approvalId: approval.id, ask: false };
    }
    case 'rejected':
      // A no to the same artifact under the same policy stays a no until somebody asks again.
      return lapse === undefined || approval.expiresAt.getTime() <= now.getTime()
        ? {
            verdict: 'deny',
            rule: { id: 'approval', result: 'fail', why: approval.reason ?? 'rejected' },
            approvalId: approval.id,
            ask: false,
          }
        : explained(asking, lapse);
    case 'expired':
    case 'voided':
      return explained(
        asking,
        `approval ${approval.id} is ${approval.status}${approval.reason === undefined ? '' : ` (${approval.reason})`}`,
      );
  }
}

/** The yes holds for the version; it carries a deployment only when it is not the yes of whoever asks for that. */
function yesTo(approval: Approval, deployer: Actor | undefined): Consent {
  const own = deployer === undefined ? undefined : ownYes(approval, deployer);
  return {
    verdict: own === undefined ? 'allow' : 'deny',
    rule: {
      id: 'approval',
      ...(own === undefined ? { result: 'pass', why: approval.reason ?? 'approved' } : { result: 'fail', why: own }),
    },
    approvalId: approval.id,
    ask: false,
  };
}

function explained(consent: Consent, why: string): Consent {
  return { ...consent, rule: { ...consent.rule, why: `${consent.rule.why}; ${why}` } };
}
