import { describe, expect, test } from '@jest/globals';
import { defaultPolicies } from './default-policies.js';
import { longestPolicyBytes, readPolicy } from './policy-text.js';

function findingsOf(yaml: string): string[] {
  const read = readPolicy(yaml);
  return read.ok ? [] : read.findings.map(({ field, message }) => `${field} ${message}`);
}

const head = 'name: lab\nenvironments: [lab]\n';
const rule = (require: string, rest = ''): string =>
  `${head}rules:\n  - id: r\n    require: ${JSON.stringify(require)}\n    why: because\n${rest}`;

describe('reading a policy', () => {
  test.each(defaultPolicies())('the policies an installation begins with are sound', (yaml) => {
    expect(findingsOf(yaml)).toEqual([]);
  });

  test('defaults: enforced, both actions, nobody asked', () => {
    const read = readPolicy(rule('size(version.metrics) > 0'));
    expect(read.ok && read.document).toMatchObject({
      mode: 'enforce',
      approvals: { needed: 0 },
      rules: [{ id: 'r', actions: ['version.register', 'deployment.request'] }],
    });
  });

  test.each([
    ['7d', 604_800],
    ['24h', 86_400],
    ['30m', 1_800],
    ['90s', 90],
  ])('approvals are valid for %s', (text, seconds) => {
    const read = readPolicy(`${head}approvals: {needed: 2, validFor: ${text}}\n`);
    expect(read.ok && read.document.approvals).toEqual({ needed: 2, validForSeconds: seconds });
  });

  test.each<[string, string, RegExp]>([
    ['no YAML', 'name: [', /^yaml /],
    ['a list', '- a', /must be a mapping/],
    ['an anchor', `${head}rules: &a []\ndescription: *a\n`, /anchors and aliases/],
    ['a doubled key', 'name: a\nname: b\n', /^yaml .*unique/],
    ['a foreign tag', 'name: !!js/function "x"\n', /^yaml /],
    ['no name', 'environments: [lab]\n', /^name must be/],
    ['a name with spaces', 'name: a b\nenvironments: [lab]\n', /^name must be/],
    ['no environment', 'name: lab\n', /^environments must be/],
    ['an environment twice', 'name: lab\nenvironments: [a, a]\n', /names an environment twice/],
    ['an unknown field', `${head}enviroment: x\n`, /^enviroment is not a field; there are name/],
    ['an unknown mode', `${head}mode: strict\n`, /^mode must be one of off, observe, enforce/],
    ['half an approver', `${head}approvals: {needed: 0.5}\n`, /approvals.needed must be a whole number/],
    ['a duration without unit', `${head}approvals: {needed: 1, validFor: 7}\n`, /approvals.validFor must be a duration/],
    ['an unknown field of a rule', rule('true', '    severity: high\n'), /^rule r: severity is not a field/],
    ['an unknown action', rule('true', '    actions: [deploy]\n'), /^rule r: actions must be one of/],
    ['no reason', `${head}rules:\n  - id: r\n    require: "true"\n`, /^rule r: why must be a text/],
    ['two rules of one id', `${rule('true')}  - id: r\n    require: "true"\n    why: x\n`, /has the id of another rule/],
    ['broken CEL', rule('1 +'), /^rule r: require is not CEL/],
    ['an unknown function', rule('frob(version.version)'), /^rule r: require cannot be computed: unbound function/],
    ['an unknown name', rule('modell.name == "x"'), /^rule r: require "modell" is not known; there are action/],
    [
      'an unknown field of the evidence',
      rule('version.artefact.sha256 != ""'),
      /"artefact" is not a field of version; there are version, author, artifact/,
    ],
    ['an unknown field behind has()', rule('has(version.baselin)'), /"baselin" is not a field of version/],
    ['a field of a value', rule('environment.name == "x"'), /environment has no fields/],
    ['a number where a truth is asked', rule('version.artifact.bytes + 1.0'), /does not answer true or false/],
    ['a comparison of different kinds', rule('version.artifact.bytes > "x"'), /cannot be computed/],
    [
      'loops three deep',
      rule('version.datasets.all(a, version.datasets.all(b, version.datasets.all(c, true)))'),
      /nested more than 2 deep/,
    ],
    ['a mistake in when', rule('true', '    when: version.bsaeline\n'), /^rule r: when/],
    ['a text without end', `${head}description: ${'x'.repeat(longestPolicyBytes)}\n`, /longer than/],
  ])('%s is refused', (_, yaml, expected) => {
    expect(findingsOf(yaml).join('\n')).toMatch(expected);
  });

  test.each([
    'version.metrics.auc > 0.7',
    'version.tags.team == "risk"',
    'has(version.baseline) && version.baseline.bytes > 10',
    'version.datasets.exists(d, d.role == "training" && d.rows > 1000)',
    'model.riskClass in ["low", "medium"]',
    'action != "deployment.request" || deployment.strategy.kind == "canary"',
    'version.gitCommit.startsWith("1f2e")',
    '!("skip" in version.tags)',
  ])('%s is accepted', (require) => {
    expect(findingsOf(rule(require))).toEqual([]);
  });

  test('every mistake is reported at once', () => {
    expect(findingsOf('name: A\nmode: x\nrules: [{id: r, require: "1 +"}]\n').length).toBeGreaterThanOrEqual(5);
  });
});

describe('an expression cannot grow what it is given', () => {
  const doubled = (step: string, seed: string): string => `${seed}${step.repeat(60)} == ${seed}`;

  test.each<[string, string, RegExp]>([
    ['replacing', '"a".replace("", "bbbb").replace("", "cccc").size() > 0', /unbound function/],
    ['joining', '"aaaa".split("").join("bbbb").split("").join("cccc").size() > 0', /unbound function/],
    ['quoting', '"\\\\".size() > 0 && strings.quote("a").size() > 0', /cannot be computed|not known/],
    ['formatting', '"%s%s".format(["a", "b"]) == "ab"', /unbound function/],
    ['adding a text to itself', doubled('.map(x, x + x)', '["a"]'), /\+ inside a loop/],
    ['pairs of pairs', doubled('.map(x, [x, x])', '[0]'), /a list of other than constants inside a loop/],
    ['maps of maps', doubled('.map(x, {"a": x, "b": x})', '[0]'), /a map inside a loop/],
  ])('by %s', (_, expression, expected) => {
    expect(findingsOf(rule(expression)).join('\n')).toMatch(expected);
  });

  test.each([
    'version.datasets.map(d, d.digest).size() > 0',
    'version.datasets.filter(d, d.name in ["train", "test"]).size() >= 0',
    'version.datasets.exists_one(d, d.digest.size() + 1 > 64)',
    '"a" + "b" == "ab" && [version.version, "x"].size() == 2',
  ])('%s stays possible', (expression) => {
    expect(findingsOf(rule(expression))).toEqual([]);
  });
});
