import { expect, test } from '@jest/globals';
import type { Principal } from './principal.js';
import { mayReadTopic, withheldFrom } from './withheld.js';

const caller = (...roles: string[]): Principal => ({ kind: 'person', id: 'ada', name: 'Ada', keyId: 'k', roles });

test('what the audit log is told is for those who may read it', () => {
  for (const role of ['viewer', 'operator', 'approver']) {
    expect(withheldFrom(caller(role))).toEqual(expect.arrayContaining(['audit.recorded', 'access.state']));
    expect(withheldFrom(caller(role))).not.toContain('drift.detected');
  }
  for (const role of ['auditor', 'admin']) expect(withheldFrom(caller('viewer', role))).toEqual([]);
  expect(withheldFrom(undefined)).toContain('audit.recorded');
});

test('a topic that the contract does not know is closed', () => {
  expect(mayReadTopic(caller('viewer'), 'drift.detected')).toBe(true);
  for (const topic of ['access.state', 'audit.recorded', 'console.dlq', 'unheard.of']) {
    expect(mayReadTopic(caller('viewer'), topic)).toBe(false);
    expect(mayReadTopic(caller('auditor'), topic)).toBe(true);
  }
});
