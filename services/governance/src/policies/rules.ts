import type { RuleResult } from '@drawbridge/contracts';
import type { Evidence } from '../domain/evidence.js';
import type { PolicyAction, PolicyDocument, PolicyRule } from '../domain/policy.js';
import { PolicyExpression } from './expression.js';

/** Asks every rule that concerns the action. A rule that cannot be computed answers `error`, which the gate takes for a no. */
export function askRules(document: PolicyDocument, action: PolicyAction, evidence: Evidence): RuleResult[] {
  return document.rules
    .filter((rule) => rule.actions.includes(action))
    .map((rule) => askRule(rule, evidence))
    .filter((result) => result !== undefined);
}

function askRule(rule: PolicyRule, evidence: Evidence): RuleResult | undefined {
  const applies = rule.when === undefined ? undefined : evaluate(rule.when, evidence);
  if (applies?.kind === 'error') return unanswerable(rule, 'when', applies);
  if (applies?.value === false) return { id: rule.id, result: 'pass', why: `does not apply: ${rule.when ?? ''} is false` };
  const answer = evaluate(rule.require, evidence);
  if (answer.kind === 'error') return unanswerable(rule, 'require', answer);
  if (answer.value) return { id: rule.id, result: 'pass', why: rule.description ?? rule.require };
  const missing = new PolicyExpression(rule.require).missing(evidence);
  return { id: rule.id, result: 'fail', why: rule.why, ...(missing.length === 0 ? {} : { missingEvidence: missing }) };
}

function evaluate(text: string, evidence: Evidence): ReturnType<PolicyExpression['evaluate']> {
  try {
    return new PolicyExpression(text).evaluate(evidence);
  } catch (error) {
    return { kind: 'error', why: error instanceof Error ? error.message : String(error), missing: [] };
  }
}

function unanswerable(rule: PolicyRule, part: string, error: { why: string; missing: readonly string[] }): RuleResult {
  return {
    id: rule.id,
    result: 'error',
    why: `${rule.why} (${part} cannot be computed: ${error.why})`,
    ...(error.missing.length === 0 ? {} : { missingEvidence: [...error.missing] }),
  };
}
