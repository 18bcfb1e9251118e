import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { servicePrincipals } from '../bootstrap/topics.js';
import { LocalError } from '../errors.js';
import { databaseServices, type Home } from './layout.js';

/** Made once, kept in a file that only its owner reads. */
export interface Secrets {
  readonly postgresPassword: string;
  /** By role. */
  readonly databasePasswords: Readonly<Record<string, string>>;
  readonly kafkaAdminPassword: string;
  /** By service. */
  readonly kafkaPasswords: Readonly<Record<string, string>>;
  /** API key of the first administrator. */
  readonly adminKey: string;
  /** Machine API key of the self-check. */
  readonly checkKey: string;
  /** Machine API key of each service, for its calls to the others. */
  readonly serviceKeys: Readonly<Record<string, string>>;
}

const random = (): string => randomBytes(32).toString('base64url');
const apiKey = (keyId: string): string => `db_${keyId}_${randomBytes(32).toString('base64url')}`;

const each = (names: readonly string[], make: (name: string) => string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

function complete(known: Partial<Secrets>): Secrets {
  const roles = databaseServices.flatMap((name) => [name, `${name}_owner`]);
  return {
    postgresPassword: known.postgresPassword ?? random(),
    databasePasswords: { ...each(roles, random), ...known.databasePasswords },
    kafkaAdminPassword: known.kafkaAdminPassword ?? random(),
    kafkaPasswords: { ...each(servicePrincipals, random), ...known.kafkaPasswords },
    adminKey: known.adminKey ?? apiKey('admin'),
    checkKey: known.checkKey ?? apiKey('check'),
    serviceKeys: { ...each(servicePrincipals, apiKey), ...known.serviceKeys },
  };
}

/** Writes a file that only its owner may read, whole or not at all. */
export async function writePrivate(file: string, value: unknown): Promise<void> {
  const arriving = `${file}.${process.pid}`;
  await writeFile(arriving, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(arriving, 0o600);
  await rename(arriving, file);
}

/** The secrets of this home; missing ones are made and kept. */
export async function loadSecrets(home: Home): Promise<Secrets> {
  const text = await readFile(home.secrets, 'utf8').catch(() => undefined);
  let known: Partial<Secrets> = {};
  if (text !== undefined) {
    try {
      known = JSON.parse(text) as Partial<Secrets>;
    } catch (cause) {
      throw new LocalError('DBR-FOLDER-UNREACHABLE', `${home.secrets} is not JSON`, [], { cause });
    }
  }
  const secrets = complete(known);
  await writePrivate(home.secrets, secrets);
  return secrets;
}

/** The keys that exist from the first moment, as governance takes them: hashes, never keys. */
export function bootstrapKeys(secrets: Secrets): object[] {
  const entry = (key: string, principal: { kind: string; id: string; name: string }, roles: string[]): object => ({
    keyId: key.split('_')[1],
    sha256: createHash('sha256').update(key).digest('hex'),
    principal,
    roles,
  });
  return [
    entry(secrets.adminKey, { kind: 'person', id: 'admin', name: 'admin' }, ['admin']),
    entry(secrets.checkKey, { kind: 'machine', id: 'self-check', name: 'self-check' }, ['operator', 'producer', 'viewer']),
    ...Object.entries(secrets.serviceKeys).map(([name, key]) => entry(key, { kind: 'machine', id: name, name }, ['service'])),
  ];
}
