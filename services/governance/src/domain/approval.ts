import type { Actor } from '@drawbridge/contracts';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'voided';
export type Decision = 'approved' | 'rejected' | 'abstained';

export interface Answer {
  readonly decision: Decision;
  readonly responder: Actor;
  readonly comment: string;
  readonly at: Date;
}

/** Exactly what a yes is a yes to. A change of any part makes it void. */
export interface Binding {
  readonly artifactSha256: string;
  readonly policyVersion: string;
  readonly environment: string;
  readonly evidenceIds: readonly string[];
}

/**
 * A question to persons about one version and one environment.
 *
 * It leaves `pending` once. `approved` may still lapse (`expired`, `voided`); the other three never change again. Neither the author of the
 * version nor whoever asked, for the approval or for a deployment that waits for it, is among those who approved, and no person counts twice.
 */
export interface Approval {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly reason?: string;
  readonly needed: number;
  readonly author: Actor;
  readonly requestedBy: Actor;
  /** Who asked for a deployment while the question was open. */
  readonly deployers: readonly Actor[];
  readonly answers: readonly Answer[];
  readonly binding: Binding;
  readonly expiresAt: Date;
}

export interface Refusal {
  readonly status: 403 | 409;
  readonly code: string;
  readonly why: string;
}

export interface Closing {
  readonly status: Exclude<ApprovalStatus, 'pending'>;
  readonly reason: string;
}

export type AnswerStep =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'taken';
      readonly approval: Approval;
      readonly answer: Answer;
      readonly remaining: number;
      readonly closing?: Closing;
    };

/** Who asks to decide. */
export interface Responder {
  readonly kind: 'person' | 'machine';
  readonly id: string;
  readonly name: string;
}

function samePerson(actor: Actor, responder: Responder): boolean {
  return actor.type === 'person' && actor.id === responder.id;
}

/** Why somebody may not answer; undefined when they may. Rights that come with a role are checked before. */
export function refusalFor(approval: Approval, responder: Responder, now: Date): Refusal | undefined {
  if (responder.kind !== 'person') {
    return { status: 403, code: 'DBR-APPROVAL-MACHINE', why: 'only a person can answer; this key belongs to a machine' };
  }
  if (samePerson(approval.author, responder)) {
    return { status: 403, code: 'DBR-APPROVAL-OWN-VERSION', why: 'you are the author of this version; somebody else must answer' };
  }
  if (samePerson(approval.requestedBy, responder)) {
    return { status: 403, code: 'DBR-APPROVAL-OWN-REQUEST', why: 'you asked for this approval; somebody else must answer' };
  }
  if (approval.deployers.some((deployer) => samePerson(deployer, responder))) {
    return {
      status: 403,
      code: 'DBR-APPROVAL-OWN-DEPLOYMENT',
      why: 'you asked for the deployment of this version; somebody else must answer',
    };
  }
  if (approval.status !== 'pending') {
    return {
      status: 409,
      code: 'DBR-APPROVAL-CLOSED',
      why: `it is ${approval.status}${approval.reason === undefined ? '' : `: ${approval.reason}`}`,
    };
  }
  if (approval.expiresAt.getTime() <= now.getTime()) {
    return { status: 409, code: 'DBR-APPROVAL-EXPIRED', why: `it expired at ${approval.expiresAt.toISOString()}` };
  }
  if (approval.answers.some((answer) => samePerson(answer.responder, responder))) {
    return { status: 409, code: 'DBR-APPROVAL-ANSWERED', why: 'you have already answered' };
  }
  return undefined;
}

/** Yeses, without those of `except`. */
function yesCount(approval: Approval, except?: Actor): number {
  const counts = ({ decision, responder }: Answer): boolean =>
    decision === 'approved' && !(except?.type === 'person' && responder.id === except.id);
  return approval.answers.filter(counts).length;
}

/** Why a yes does not carry a deployment that this person asks for: without their own answer it is no yes. Undefined when it does. */
export function ownYes(approval: Approval, requester: Actor): string | undefined {
  if (yesCount(approval, requester) === yesCount(approval) || yesCount(approval, requester) >= approval.needed) return undefined;
  return `${nameOf(requester)} asks for the deployment and is among those who approved it; somebody else must ask, or approve`;
}

/** Persons who must still say yes. */
export function remainingOf(approval: Approval): number {
  return Math.max(0, approval.needed - yesCount(approval));
}

/** One person answers. A single no settles it; enough distinct yeses settle it. */
export function answerApproval(approval: Approval, responder: Responder, decision: Decision, comment: string, now: Date): AnswerStep {
  const refusal = refusalFor(approval, responder, now);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  const answer: Answer = { decision, responder: { type: 'person', id: responder.id, name: responder.name }, comment, at: now };
  const answered: Approval = { ...approval, answers: [...approval.answers, answer] };
  const remaining = remainingOf(answered);
  const closing = closingAfter(answer, remaining, answered);
  if (closing === undefined) return { kind: 'taken', approval: answered, answer, remaining };
  return { kind: 'taken', approval: { ...answered, status: closing.status, reason: closing.reason }, answer, remaining, closing };
}

function closingAfter(answer: Answer, remaining: number, approval: Approval): Closing | undefined {
  const said = answer.comment === '' ? '' : `: ${answer.comment}`;
  if (answer.decision === 'rejected') return { status: 'rejected', reason: `rejected by ${nameOf(answer.responder)}${said}` };
  if (answer.decision === 'abstained' || remaining > 0) return undefined;
  const names = approval.answers.filter((each) => each.decision === 'approved').map((each) => nameOf(each.responder));
  return { status: 'approved', reason: `approved by ${names.join(', ')}${said}` };
}

function nameOf(actor: Actor): string {
  return actor.name ?? actor.id;
}

/** The time is up: a question nobody settled, or a yes that no longer holds. Undefined when nothing changes. */
export function expireApproval(approval: Approval, now: Date): Closing | undefined {
  if (approval.expiresAt.getTime() > now.getTime()) return undefined;
  if (approval.status === 'pending') return { status: 'expired', reason: `nobody settled it before ${approval.expiresAt.toISOString()}` };
  if (approval.status === 'approved') return { status: 'expired', reason: `it held until ${approval.expiresAt.toISOString()}` };
  return undefined;
}

/** What it was bound to changed. Undefined when it no longer held anyway. */
export function voidApproval(approval: Approval, reason: string): Closing | undefined {
  return approval.status === 'pending' || approval.status === 'approved' ? { status: 'voided', reason } : undefined;
}

/** The approval after a closing. */
export function closed(approval: Approval, closing: Closing): Approval {
  return { ...approval, status: closing.status, reason: closing.reason };
}

/** Why a yes does not cover a request; undefined when it does. */
export function lapseOf(
  approval: Approval,
  request: { readonly artifactSha256: string; readonly policyVersion: string; readonly environment: string },
  now: Date,
): string | undefined {
  const { binding } = approval;
  if (binding.artifactSha256 !== request.artifactSha256) {
    return `approval ${approval.id} is bound to artifact ${binding.artifactSha256.slice(0, 12)}, not ${request.artifactSha256.slice(0, 12)}`;
  }
  if (binding.policyVersion !== request.policyVersion) {
    return `approval ${approval.id} is bound to policy ${binding.policyVersion}, not ${request.policyVersion}`;
  }
  if (binding.environment !== request.environment) return `approval ${approval.id} is for ${binding.environment}`;
  if (approval.expiresAt.getTime() <= now.getTime()) return `approval ${approval.id} expired at ${approval.expiresAt.toISOString()}`;
  return undefined;
}
