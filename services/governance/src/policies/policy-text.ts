import { parseDocument } from 'yaml';
import {
  anyEnvironment,
  durationSeconds,
  type PolicyAction,
  policyActions,
  type PolicyDocument,
  type PolicyMode,
  policyModes,
  type PolicyRule,
} from '../domain/policy.js';
import { impossiblePath, sampleWith } from './evidence-shape.js';
import { PolicyExpression } from './expression.js';

/** One mistake in the text of a policy. `field` names the rule by its id where there is one. */
export interface Finding {
  readonly field: string;
  readonly message: string;
}

export type ReadPolicy =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly findings: readonly Finding[] };

export const longestPolicyBytes = 64 * 1024;
const mostRules = 100;
const longestExpression = 2_000;
const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

type Mapping = Readonly<Record<string, unknown>>;

/** Reads and lints the YAML of a policy: unknown fields, wrong values, names that cannot exist and CEL mistakes are all reported at once. */
export function readPolicy(yaml: string): ReadPolicy {
  if (Buffer.byteLength(yaml) > longestPolicyBytes) {
    return { ok: false, findings: [{ field: 'yaml', message: `is longer than ${longestPolicyBytes} bytes` }] };
  }
  const parsed = parseDocument(yaml, { uniqueKeys: true });
  const broken = [...parsed.errors, ...parsed.warnings].map((error) => ({
    field: 'yaml',
    message: error.message.split('\n')[0] ?? error.message,
  }));
  if (broken.length > 0) return { ok: false, findings: broken };
  let value: unknown;
  try {
    // No aliases: a few lines of them unfold to gigabytes.
    value = parsed.toJS({ maxAliasCount: 0 });
  } catch {
    return { ok: false, findings: [{ field: 'yaml', message: 'anchors and aliases are not allowed' }] };
  }
  const reader = new PolicyReader();
  const document = reader.document(value);
  return reader.findings.length > 0 || document === undefined ? { ok: false, findings: reader.findings } : { ok: true, document };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class PolicyReader {
  readonly findings: Finding[] = [];

  document(value: unknown): PolicyDocument | undefined {
    if (!isMapping(value)) {
      this.say('yaml', 'must be a mapping with name, environments and rules');
      return undefined;
    }
    this.onlyKnown(value, '', ['name', 'description', 'mode', 'environments', 'approvals', 'rules']);
    const name = this.pattern(value['name'], 'name', namePattern, 'lower-case letters, digits and hyphens, at most 63');
    const description = this.optionalText(value['description'], 'description');
    return {
      name,
      ...(description === undefined ? {} : { description }),
      mode: this.oneOf<PolicyMode>(value['mode'] ?? 'enforce', 'mode', policyModes),
      environments: this.environments(value['environments']),
      approvals: this.approvals(value['approvals']),
      rules: this.rules(value['rules'] ?? []),
    };
  }

  private environments(value: unknown): string[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.say('environments', 'must be a list with at least one environment');
      return [];
    }
    const found = value.map((item, i) =>
      item === anyEnvironment ? anyEnvironment : this.pattern(item, `environments[${i}]`, namePattern, 'an environment name or "*"'),
    );
    if (new Set(found).size !== found.length) this.say('environments', 'names an environment twice');
    return found;
  }

  private approvals(value: unknown): PolicyDocument['approvals'] {
    const none = { needed: 0, validForSeconds: 7 * 86_400 };
    if (value === undefined) return none;
    if (!isMapping(value)) {
      this.say('approvals', 'must be a mapping with needed and validFor');
      return none;
    }
    this.onlyKnown(value, 'approvals.', ['needed', 'validFor']);
    const needed = value['needed'];
    if (typeof needed !== 'number' || !Number.isInteger(needed) || needed < 0 || needed > 20) {
      this.say('approvals.needed', 'must be a whole number from 0 to 20');
      return none;
    }
    const text = value['validFor'] ?? '7d';
    const validForSeconds = typeof text === 'string' ? durationSeconds(text) : undefined;
    if (validForSeconds === undefined) {
      this.say('approvals.validFor', 'must be a duration such as 30m, 24h or 7d');
      return none;
    }
    return { needed, validForSeconds };
  }

  private rules(value: unknown): PolicyRule[] {
    if (!Array.isArray(value)) {
      this.say('rules', 'must be a list');
      return [];
    }
    if (value.length > mostRules) this.say('rules', `has more than ${mostRules} rules`);
    const rules = value.slice(0, mostRules).map((item, i) => this.rule(item, i));
    const seen = new Set<string>();
    for (const rule of rules) {
      if (seen.has(rule.id)) this.say(`rule ${rule.id}`, 'has the id of another rule');
      seen.add(rule.id);
    }
    return rules;
  }

  private rule(value: unknown, index: number): PolicyRule {
    const at = `rules[${index}]`;
    if (!isMapping(value)) {
      this.say(at, 'must be a mapping with id, require and why');
      return { id: at, actions: policyActions, require: 'false', why: '' };
    }
    const id = this.pattern(value['id'], `${at}.id`, namePattern, 'lower-case letters, digits and hyphens, at most 63');
    const where = id === '' ? at : `rule ${id}`;
    this.onlyKnown(value, `${where}: `, ['id', 'description', 'actions', 'when', 'require', 'why']);
    const description = this.optionalText(value['description'], `${where}: description`);
    const when = this.optionalText(value['when'], `${where}: when`);
    const require = this.requiredText(value['require'], `${where}: require`);
    const actions = this.actions(value['actions'], `${where}: actions`);
    if (when !== undefined) this.expression(when, `${where}: when`);
    if (require !== '') this.expression(require, `${where}: require`);
    return {
      id,
      ...(description === undefined ? {} : { description }),
      actions,
      ...(when === undefined ? {} : { when }),
      require,
      why: this.requiredText(value['why'], `${where}: why`),
    };
  }

  private actions(value: unknown, field: string): readonly PolicyAction[] {
    if (value === undefined) return policyActions;
    if (!Array.isArray(value) || value.length === 0) {
      this.say(field, `must be a list of ${policyActions.join(', ')}`);
      return policyActions;
    }
    return value.map((item) => this.oneOf<PolicyAction>(item, field, policyActions));
  }

  private expression(text: string, field: string): void {
    if (text.length > longestExpression) {
      this.say(field, `is longer than ${longestExpression} characters`);
      return;
    }
    let expression: PolicyExpression;
    try {
      expression = new PolicyExpression(text);
    } catch (error) {
      this.say(field, `is not CEL: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const impossible = expression.references.map((reference) => impossiblePath(reference.path)).filter((why) => why !== undefined);
    for (const why of new Set(impossible)) this.say(field, why);
    if (impossible.length > 0) return;
    const paths = expression.references.map((reference) => reference.path);
    // Names under open maps may be numbers or texts: a mistake is what fails on both.
    const answers = [sampleWith(paths, 1), sampleWith(paths, 'text')].map((sample) => expression.evaluate(sample));
    const [first] = answers;
    if (answers.every((answer) => answer.kind === 'error') && first?.kind === 'error') this.say(field, `cannot be computed: ${first.why}`);
  }

  private oneOf<T extends string>(value: unknown, field: string, allowed: readonly T[]): T {
    const found = allowed.find((item) => item === value);
    if (found === undefined) this.say(field, `must be one of ${allowed.join(', ')}`);
    return found ?? (allowed[0] as T);
  }

  private pattern(value: unknown, field: string, pattern: RegExp, words: string): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.say(field, `must be ${words}`);
    return '';
  }

  private optionalText(value: unknown, field: string): string | undefined {
    return value === undefined ? undefined : this.requiredText(value, field);
  }

  private requiredText(value: unknown, field: string): string {
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    this.say(field, 'must be a text');
    return '';
  }

  private onlyKnown(value: Mapping, prefix: string, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) this.say(`${prefix}${key}`, `is not a field; there are ${known.join(', ')}`);
    }
  }

  private say(field: string, message: string): void {
    this.findings.push({ field, message });
  }
}
