import { expect, test } from '@jest/globals';
import type { Principal } from '@drawbridge/service';
import { withheldFrom } from './withheld.js';

const caller = (...roles: string[]): Principal => ({ kind: 'person', id: 'ada', name: 'Ada', keyId: 'k', roles });

test('what the audit log is told is for those who may read it', () => {
  for (const role of ['viewer', 'operator', 'approver']) {
    expect(withheldFrom(caller(role))).toEqual(expect.arrayContaining(['audit.recorded', 'access.state']));
    expect(withheldFrom(caller(role))).not.toContain('drift.detected');
  }
  for (const role of ['auditor', 'admin']) expect(withheldFrom(caller('viewer', role))).toEqual([]);
  expect(withheldFrom(undefined)).toContain('audit.recorded');
});
