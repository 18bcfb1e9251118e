/** What a policy may be asked about. */
export const policyActions = ['version.register', 'deployment.request'] as const;
export type PolicyAction = (typeof policyActions)[number];

export const policyModes = ['off', 'observe', 'enforce'] as const;
export type PolicyMode = (typeof policyModes)[number];

/** Governs every environment that no other policy of the project names. */
export const anyEnvironment = '*';

/** One demand. `when` and `require` are CEL expressions over the evidence; both must answer true or false. */
export interface PolicyRule {
  readonly id: string;
  readonly description?: string;
  readonly actions: readonly PolicyAction[];
  readonly when?: string;
  readonly require: string;
  /** Said to whoever is refused. */
  readonly why: string;
}

export interface ApprovalDemand {
  /** Distinct persons who must say yes; 0 asks nobody. */
  readonly needed: number;
  /** How long a request, and the yes to it, holds. */
  readonly validForSeconds: number;
}

/** One version of a policy as its author wrote it. */
export interface PolicyDocument {
  readonly name: string;
  readonly description?: string;
  readonly mode: PolicyMode;
  readonly environments: readonly string[];
  readonly approvals: ApprovalDemand;
  readonly rules: readonly PolicyRule[];
}

/** A version in force, with the identity that decisions and approvals refer to. */
export interface PolicyInForce {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly document: PolicyDocument;
}

/** The text an approval is bound to: another version of the policy is another text. */
export function policyVersionText(policy: PolicyInForce): string {
  return `${policy.document.name}@${policy.version}`;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a duration such as `90s`, `15m`, `24h` or `7d`; undefined when it is none. */
export function durationSeconds(text: string): number | undefined {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? Number.NaN);
}
