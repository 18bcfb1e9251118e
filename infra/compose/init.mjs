// Writes the secrets of a Compose installation once: .env for docker compose, and the hashes of the first keys for governance.
// Plain JavaScript without dependencies, so that a host with Docker and Node.js needs nothing else.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const services = ['registry', 'deployment', 'monitoring', 'governance', 'serving', 'console'];
const withDatabase = services.filter((name) => name !== 'serving');

const random = () => randomBytes(24).toString('base64url');
const apiKey = (keyId) => `db_${keyId}_${randomBytes(32).toString('base64url')}`;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The variables of .env and the content of the bootstrap keys file. */
export function secrets() {
  const adminKey = apiKey('admin');
  const serviceKeys = Object.fromEntries(services.map((name) => [name, apiKey(name)]));
  const variables = {
    DRAWBRIDGE_POSTGRES_PASSWORD: random(),
    // Kafka's tools take a leading hyphen for an option.
    DRAWBRIDGE_KAFKA_CLUSTER_ID: randomBytes(16).toString('base64url').replace(/^-/, 'A'),
    DRAWBRIDGE_KAFKA_ADMIN_PASSWORD: random(),
    DRAWBRIDGE_GRAFANA_PASSWORD: random(),
    ...Object.fromEntries(withDatabase.map((name) => [`DRAWBRIDGE_${name.toUpperCase()}_DB_PASSWORD`, random()])),
    ...Object.fromEntries(services.map((name) => [`DRAWBRIDGE_${name.toUpperCase()}_KAFKA_PASSWORD`, random()])),
    ...Object.fromEntries(services.map((name) => [`DRAWBRIDGE_${name.toUpperCase()}_SERVICE_KEY`, serviceKeys[name]])),
    // Not read by Compose: for the person who installs.
    DRAWBRIDGE_API_KEY: adminKey,
  };
  const keys = [
    { keyId: 'admin', sha256: sha256(adminKey), principal: { kind: 'person', id: 'admin', name: 'admin' }, roles: ['admin'] },
    ...services.map((name) => ({
      keyId: name,
      sha256: sha256(serviceKeys[name]),
      principal: { kind: 'machine', id: name, name },
      roles: ['service'],
    })),
  ];
  return { variables, keys };
}

/** Writes both files; refuses to replace what is there, since Postgres and Kafka keep the passwords of their first start. */
export function writeSecrets(root) {
  const envFile = join(root, '.env');
  const keysFile = join(root, 'infra', 'compose', 'secrets', 'bootstrap-keys.json');
  for (const file of [envFile, keysFile]) {
    if (existsSync(file))
      throw new Error(
        `${file} is there already. Its passwords belong to the volumes: keep it, or remove both (docker compose down --volumes).`,
      );
  }
  const { variables, keys } = secrets();
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  mkdirSync(dirname(keysFile), { recursive: true, mode: 0o700 });
  writeFileSync(envFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  // Hashes only; readable because the container's user is not the one of this host.
  writeFileSync(keysFile, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o644 });
  return { envFile, keysFile };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { envFile, keysFile } = writeSecrets(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
    process.stdout.write(`wrote ${envFile} and ${keysFile}\nnext: docker compose up --build --wait\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
