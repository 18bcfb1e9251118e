import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { bootstrapKeys, type Secrets } from './secrets.js';

test('the bootstrap file names hashes and roles, never a key', () => {
  const secrets: Secrets = {
    postgresPassword: 'p',
    databasePasswords: {},
    kafkaAdminPassword: 'k',
    kafkaPasswords: {},
    adminKey: 'db_admin_topsecret',
    checkKey: 'db_check_topsecret',
    serviceKeys: { registry: 'db_registry_topsecret' },
  };
  const keys = bootstrapKeys(secrets);
  expect(keys).toEqual([
    {
      keyId: 'admin',
      sha256: createHash('sha256').update('db_admin_topsecret').digest('hex'),
      principal: { kind: 'person', id: 'admin', name: 'admin' },
      roles: ['admin'],
    },
    {
      keyId: 'check',
      sha256: createHash('sha256').update('db_check_topsecret').digest('hex'),
      principal: { kind: 'machine', id: 'self-check', name: 'self-check' },
      roles: ['operator', 'producer', 'viewer'],
    },
    {
      keyId: 'registry',
      sha256: createHash('sha256').update('db_registry_topsecret').digest('hex'),
      principal: { kind: 'machine', id: 'registry', name: 'registry' },
      roles: ['service'],
    },
  ]);
  expect(JSON.stringify(keys)).not.toContain('topsecret');
});
