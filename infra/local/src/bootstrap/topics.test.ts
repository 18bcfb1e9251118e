import { describe, expect, test } from '@jest/globals';
import { topics } from '@drawbridge/contracts';
import { aclRules, servicePrincipals, topicSpecs } from './topics.js';

const allowed = (principal: string, operation: string): string[] =>
  aclRules()
    .filter(
      (rule) => rule.resource === 'topic' && rule.permission === 'allow' && rule.principal === principal && rule.operation === operation,
    )
    .map((rule) => rule.name)
    .toSorted();

describe('topics of a broker', () => {
  test('every topic of the contract and one dead-letter topic per group, once', () => {
    const names = topicSpecs('embedded').map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
    for (const topic of topics) expect(names).toContain(topic.name);
    expect(names).toContain('monitoring.intake.dlq');
  });

  test('a prefix stands before topics and groups', () => {
    expect(topicSpecs('embedded', 'eu.').every((spec) => spec.name.startsWith('eu.'))).toBe(true);
    expect(aclRules('eu.').every((rule) => rule.name === '*' || rule.name.startsWith('eu.'))).toBe(true);
  });
});

describe('access rules', () => {
  test('strangers write the ingest topics and nothing else', () => {
    expect(allowed('ANONYMOUS', 'write')).toEqual(['label.received', 'prediction.batch.logged', 'prediction.logged']);
  });

  test('strangers read what is public, never keys or dead letters', () => {
    const read = allowed('ANONYMOUS', 'read');
    expect(read).toContain('drift.detected');
    expect(read).not.toContain('access.state');
    expect(read.filter((name) => name.endsWith('.dlq'))).toEqual([]);
  });

  test('a topic of a service is written by that service alone', () => {
    for (const topic of topics.filter(({ owner, name }) => owner !== 'outside' && name !== 'audit.recorded')) {
      const writers = servicePrincipals.filter((service) => allowed(service, 'write').includes(topic.name));
      expect([topic.name, writers]).toEqual([topic.name, [topic.owner]]);
    }
  });

  test('a service reads what the contract says it consumes', () => {
    expect(allowed('serving', 'read')).toEqual(['access.state', 'endpoint.state']);
  });

  test('strangers may use groups of their own, never one of a service', () => {
    const groups = aclRules().filter((rule) => rule.resource === 'group' && rule.principal === 'ANONYMOUS');
    expect(groups.filter((rule) => rule.permission === 'allow').map((rule) => rule.name)).toEqual(['*']);
    expect(groups.filter((rule) => rule.permission === 'deny').map((rule) => rule.name)).toEqual([...servicePrincipals]);
  });
});
