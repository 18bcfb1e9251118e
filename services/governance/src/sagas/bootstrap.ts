import { readFile } from 'node:fs/promises';
import { type Role, roles as knownRoles } from '@drawbridge/contracts';
import { ConfigError, systemActor } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { type ApiKey, type PrincipalRef, rolesOf } from '../domain/access.js';
import type { AccessStore } from '../persistence/access.store.js';
import type { Database } from '../persistence/database.js';
import type { Keyring } from './keyring.js';

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

const variable = 'DRAWBRIDGE_BOOTSTRAP_KEYS_FILE';
const system = systemActor('governance');

/** Reads the file of first keys; a bad one refuses the start. */
export async function readBootstrapKeys(path: string): Promise<BootstrapKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(variable, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(variable, 'does not name a JSON file');
  }
  if (!Array.isArray(value)) throw new ConfigError(variable, 'must name a JSON list of keys');
  return value.map((item, i) => bootstrapKey(item as RawKey | null, i));
}

type RawKey = Partial<Omit<BootstrapKey, 'expiresAt' | 'revokedAt'>> & { readonly expiresAt?: string; readonly revokedAt?: string };

function bootstrapKey(item: RawKey | null, index: number): BootstrapKey {
  const bad = (what: string): ConfigError => new ConfigError(variable, `entry ${index}: ${what}`);
  const { keyId, sha256, principal, roles, name, expiresAt, revokedAt } = item ?? {};
  if (typeof keyId !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(keyId)) throw bad('keyId must be letters, digits and hyphens');
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw bad('sha256 must be 64 hexadecimal digits');
  if (principal === undefined || !['person', 'machine'].includes(principal.kind) || !principal.id || !principal.name) {
    throw bad('principal must have kind (person or machine), id and name');
  }
  const unknown = Array.isArray(roles) ? roles.find((role) => !knownRoles.includes(role)) : undefined;
  if (!Array.isArray(roles) || unknown !== undefined) throw bad(`roles must be a list of ${knownRoles.join(', ')}`);
  const wrongTime = [expiresAt, revokedAt].find((time) => time !== undefined && Number.isNaN(Date.parse(time)));
  if (wrongTime !== undefined) throw bad('expiresAt and revokedAt must be RFC 3339 times');
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

/** Makes the first keys known. Repeated at every start; what has not changed is not announced again. */
export async function bootstrapAccess(
  keys: readonly BootstrapKey[],
  parts: { database: Database; access: AccessStore; keyring: Keyring; log: Logger },
  now: Date,
): Promise<void> {
  const { database, access, keyring, log } = parts;
  const changed = await database.write(async (tx) => {
    await access.lock(tx);
    let count = 0;
    for (const entry of keys) {
      const { principal, roles } = entry;
      if (principal.kind === 'person') {
        const added = await access.addPerson(tx, { id: principal.id, project: 'default', name: principal.name, createdAt: now }, system);
        // Roles that an admin changed since then stay as they are.
        if (added) await access.setRoles(tx, principal.id, roles, system, now);
      }
      const known = await access.key(tx, entry.keyId);
      const scope = principal.kind === 'machine' ? roles : undefined;
      if (known !== undefined && known.sha256 === entry.sha256 && sameScope(known, scope)) continue;
      const key: ApiKey = {
        keyId: entry.keyId,
        sha256: entry.sha256,
        name: entry.name ?? principal.name,
        kind: 'bootstrap',
        principal,
        ...(scope === undefined ? {} : { scope }),
        project: 'default',
        createdAt: now,
        ...(entry.expiresAt === undefined ? {} : { expiresAt: entry.expiresAt }),
        ...(entry.revokedAt === undefined ? {} : { revokedAt: entry.revokedAt }),
      };
      await access.putKey(tx, key, system);
      await keyring.announce(tx, key, system);
      count += 1;
    }
    return count;
  });
  if (changed > 0) log.info('first keys are announced', { keys: changed });
}

function sameScope(known: ApiKey, scope: readonly string[] | undefined): boolean {
  if (known.principal.kind === 'person') return true;
  const before = rolesOf(known, []).toSorted();
  return JSON.stringify(before) === JSON.stringify([...(scope ?? [])].toSorted());
}
