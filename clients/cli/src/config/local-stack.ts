import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** A stack that the start command runs on this machine, as its state file describes it. */
export interface LocalStack {
  readonly file: string;
  readonly status: string;
  readonly supervisorPid: number;
  readonly portBase: number;
  readonly urls: Readonly<Record<string, string>>;
  readonly logs: string;
  readonly secretsFile: string;
  readonly openBrokers?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Finds `.drawbridge/stack.json` in the folder or above it, or below `DRAWBRIDGE_HOME`. A folder may come from anywhere,
 * so only a file of our own that names this very machine is believed: a key must never go to an address it brought along.
 */
export async function findLocalStack(cwd: string, env: Env): Promise<LocalStack | undefined> {
  const home = env['DRAWBRIDGE_HOME'];
  if (home !== undefined && home !== '') return readStack(join(resolve(cwd, home), 'stack.json'));
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = await readStack(join(folder, '.drawbridge', 'stack.json'));
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}

async function readStack(file: string): Promise<LocalStack | undefined> {
  try {
    const facts = await stat(file);
    if (process.getuid !== undefined && facts.uid !== process.getuid()) return undefined;
    return stackOf(file, JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined; // none, or half a file: as if nothing ran
  }
}

function stackOf(file: string, state: unknown): LocalStack | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { urls, logs, secretsFile, status, portBase, supervisor, kafka } = state as Partial<{
    urls: Record<string, unknown>;
    logs: unknown;
    secretsFile: unknown;
    status: unknown;
    portBase: unknown;
    supervisor: { pid?: unknown };
    kafka: { openBrokers?: unknown };
  }>;
  const addresses = Object.entries(urls ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && isLoopback(entry[1]),
  );
  const console = addresses.find(([name]) => name === 'console');
  if (console === undefined || typeof logs !== 'string' || typeof secretsFile !== 'string') return undefined;
  return {
    file,
    logs,
    secretsFile,
    status: String(status),
    portBase: Number(portBase),
    supervisorPid: Number(supervisor?.pid),
    urls: Object.fromEntries(addresses),
    ...(typeof kafka?.openBrokers === 'string' ? { openBrokers: kafka.openBrokers } : {}),
  };
}

/** Does the address stay on this machine? */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

export async function adminKeyOf(stack: LocalStack): Promise<string | undefined> {
  try {
    const { adminKey } = JSON.parse(await readFile(stack.secretsFile, 'utf8')) as { adminKey?: unknown };
    return typeof adminKey === 'string' ? adminKey : undefined;
  } catch {
    return undefined;
  }
}
