import { type Role, roles as knownRoles } from '@drawbridge/contracts';
import type { PrincipalRef } from './access.js';

/** A key that exists from the start; only its hash is in the file. */
export interface BootstrapKey {
  readonly keyId: string;
  readonly sha256: string;
  readonly principal: PrincipalRef;
  readonly roles: readonly Role[];
  readonly name?: string;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
}

export type ReadKeys = { readonly ok: true; readonly keys: BootstrapKey[] } | { readonly ok: false; readonly why: string };

type RawKey = Partial<Omit<BootstrapKey, 'expiresAt' | 'revokedAt'>> & { readonly expiresAt?: string; readonly revokedAt?: string };

/** The keys in the text of the file of first keys, or what is wrong with it, by entry. */
export function parseBootstrapKeys(text: string): ReadKeys {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: 'does not name a JSON file' };
  }
  if (!Array.isArray(value)) return { ok: false, why: 'must name a JSON list of keys' };
  const keys: BootstrapKey[] = [];
  for (const [index, item] of value.entries()) {
    const key = bootstrapKey(item as RawKey | null);
    if (typeof key === 'string') return { ok: false, why: `entry ${index}: ${key}` };
    keys.push(key);
  }
  return { ok: true, keys };
}

function bootstrapKey(item: RawKey | null): BootstrapKey | string {
  const { keyId, sha256, principal, roles, name, expiresAt, revokedAt } = item ?? {};
  if (typeof keyId !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(keyId)) return 'keyId must be letters, digits and hyphens';
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return 'sha256 must be 64 hexadecimal digits';
  if (principal === undefined || !['person', 'machine'].includes(principal.kind) || !principal.id || !principal.name) {
    return 'principal must have kind (person or machine), id and name';
  }
  if (!Array.isArray(roles) || roles.some((role: Role) => !knownRoles.includes(role)))
    return `roles must be a list of ${knownRoles.join(', ')}`;
  const wrongTime = [expiresAt, revokedAt].find((time) => time !== undefined && Number.isNaN(Date.parse(time)));
  if (wrongTime !== undefined) return 'expiresAt and revokedAt must be RFC 3339 times';
  const { kind, id, name: principalName } = principal;
  return {
    keyId,
    sha256,
    principal: { kind, id, name: principalName },
    roles,
    ...(typeof name === 'string' ? { name } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: new Date(revokedAt) }),
  };
}
