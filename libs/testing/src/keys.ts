import { createHash, randomBytes } from 'node:crypto';
import type { AccessState, ServiceName } from '@drawbridge/contracts';

/** Names of the keys that every sandbox has: one per role, and the refused kinds. */
export const keyNames = [
  'admin',
  'operator',
  'approver',
  'approver2',
  'producer',
  'viewer',
  'auditor',
  'roleless',
  'expired',
  'revoked',
] as const;
export type KeyName = (typeof keyNames)[number];

export interface TestKey {
  readonly key: string;
  readonly state: Pick<AccessState, 'keyId' | 'sha256' | 'principal' | 'roles' | 'expiresAt' | 'revokedAt'>;
}

const past = '2020-01-01T00:00:00.000Z';

function newKey(
  keyId: string,
  principal: AccessState['principal'],
  roles: string[],
  dates: { expiresAt?: string; revokedAt?: string } = {},
): TestKey {
  const key = `db_${keyId}_${randomBytes(24).toString('base64url')}`;
  return { key, state: { keyId, sha256: createHash('sha256').update(key).digest('hex'), principal, roles, ...dates } };
}

function rolesOf(name: KeyName): string[] {
  if (name === 'roleless') return [];
  if (name === 'approver2') return ['approver'];
  return name === 'expired' || name === 'revoked' ? ['admin'] : [name];
}

/** Fresh keys: persons for the roles of people, a machine for the producer. */
export function makeKeys(): Record<KeyName, TestKey> {
  return Object.fromEntries(
    keyNames.map((name) => {
      const kind = name === 'producer' ? ('machine' as const) : ('person' as const);
      const dates = name === 'expired' ? { expiresAt: past } : name === 'revoked' ? { revokedAt: past } : {};
      return [name, newKey(`test-${name}`, { kind, id: `${kind}-${name}`, name: `Test ${name}` }, rolesOf(name), dates)];
    }),
  ) as Record<KeyName, TestKey>;
}

/** The key with which a service calls the others. */
export function makeServiceKey(service: ServiceName): TestKey {
  return newKey(`service-${service}`, { kind: 'machine', id: `service-${service}`, name: service }, ['service']);
}

/** A key of the right form that nobody ever issued. */
export function foreignKey(): string {
  return `db_foreign_${randomBytes(24).toString('base64url')}`;
}
