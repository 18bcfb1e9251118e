import { describe, expect, test } from '@jest/globals';
import type { EventMap, RuleResult } from '@drawbridge/contracts';
import { evidenceOf, type VersionFacts } from '../domain/evidence.js';
import type { PolicyAction } from '../domain/policy.js';
import { readPolicy } from './policy-text.js';
import { askRules } from './rules.js';

const digest = 'a'.repeat(64);
const author = { type: 'person', id: 'ada' } as const;

function theFacts(part: Partial<EventMap['model.registered']> = {}): VersionFacts {
  const registered: EventMap['model.registered'] = {
    id: 'e-1',
    type: 'model.registered',
    time: '2026-01-01T00:00:00.000Z',
    project: 'default',
    source: '/test',
    actor: author,
    modelId: 'm-1',
    model: 'risk',
    version: '3',
    artifact: { uri: '/a', sha256: digest, bytes: 10, format: 'onnx' },
    signature: { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }], outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }] },
    flavour: 'onnx',
    author,
    datasets: [],
    metrics: { auc: 0.8 },
    parameters: {},
    ...part,
  };
  return { project: 'default', modelId: 'm-1', model: 'risk', version: '3', author, registered };
}

function ask(require: string, extra = '', action: PolicyAction = 'version.register', facts = theFacts()): RuleResult[] {
  const yaml = `name: lab\nenvironments: [lab]\nrules:\n  - id: r\n    require: ${JSON.stringify(require)}\n    why: because\n${extra}`;
  const read = readPolicy(yaml);
  if (!read.ok) throw new Error(JSON.stringify(read.findings));
  return askRules(read.document, action, evidenceOf({ action, environment: 'lab', facts }));
}

describe('asking rules', () => {
  test.each<[string, RuleResult['result'], string[] | undefined]>([
    // expression                                        result   missing
    ['version.metrics.auc > 0.7', 'pass', undefined],
    ['version.metrics.auc > 0.9', 'fail', undefined],
    ['version.metrics.f1 > 0.9', 'error', ['version.metrics.f1']],
    ['has(version.baseline)', 'fail', ['version.baseline']],
    ['version.baseline.bytes > 0', 'error', ['version.baseline.bytes']],
    ['version.gitCommit != ""', 'error', ['version.gitCommit']],
    ['model.owner == "risk"', 'error', ['model.owner']],
    ['version.datasets.exists(d, d.digest != "")', 'fail', undefined],
    ['version.datasets.all(d, d.digest != "")', 'pass', undefined],
    ['version.author.id == "ada" && version.author.type == "person"', 'pass', undefined],
    // An error and a false is a no in CEL too, but an error alone must never be taken for one.
    ['version.metrics.f1 > 0.9 && false', 'fail', ['version.metrics.f1']],
    ['!(version.metrics.f1 > 0.9)', 'error', ['version.metrics.f1']],
  ])('%s → %s', (require, result, missing) => {
    const [answer] = ask(require);
    expect([answer?.result, answer?.missingEvidence]).toEqual([result, missing]);
  });

  test('an error says what could not be computed', () => {
    expect(ask('version.metrics.f1 > 0.9')[0]?.why).toBe('because (require cannot be computed: field not found: f1)');
  });

  test('a rule that does not apply passes and says so', () => {
    expect(ask('false', '    when: has(version.baseline)\n')[0]).toEqual({
      id: 'r',
      result: 'pass',
      why: 'does not apply: has(version.baseline) is false',
    });
  });

  test('a condition that cannot be computed is a refusal, not an exemption', () => {
    expect(ask('true', '    when: version.baseline.bytes > 0\n')[0]?.result).toBe('error');
  });

  test('a rule for deployments is not asked at registration', () => {
    expect(ask('false', '    actions: [deployment.request]\n')).toEqual([]);
    expect(ask('deployment.strategy.kind == "canary"')[0]?.result).toBe('error');
  });
});
