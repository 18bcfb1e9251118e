import { readFile } from 'node:fs/promises';
import { ConfigError, systemActor } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { type ApiKey, rolesOf } from '../domain/access.js';
import { type BootstrapKey, parseBootstrapKeys } from '../domain/bootstrap-keys.js';
import type { AccessStore } from '../persistence/access.store.js';
import type { Database } from '../persistence/database.js';
import type { Announcer } from './announcer.js';
import type { Keyring } from './keyring.js';

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
  const read = parseBootstrapKeys(text);
  if (!read.ok) throw new ConfigError(variable, read.why);
  return read.keys;
}

/** Makes the first keys known. Repeated at every start; what has not changed is not announced again. */
export async function bootstrapAccess(
  keys: readonly BootstrapKey[],
  parts: { database: Database; access: AccessStore; keyring: Keyring; announcer: Announcer; log: Logger },
  now: Date,
): Promise<void> {
  const { database, access, keyring, announcer, log } = parts;
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
      const details = { principal, roles, file: true };
      await announcer.record(tx, { action: 'key.created', subject: `keys/${entry.keyId}`, actor: system, details });
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
