import { join } from 'node:path';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { packageRoot, repositoryRoot } from '../package-root.js';
import { Child } from '../process/child.js';
import { run } from '../process/run.js';
import { inheritedEnv, serviceEnv, type StackFacts } from './service-env.js';
import type { ServiceProcess } from './layout.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const folderOf = (name: ServiceProcess): string => join(repositoryRoot, 'services', name);

/** Brings the schemas up to this program's version, each as the role that owns it. Takes migration URLs by service. */
export async function migrate(urls: Readonly<Record<string, string>>): Promise<void> {
  const { code, output } = await run(process.execPath, [join(packageRoot, 'dist', 'src', 'migrate-all.js')], {
    env: { ...inheritedEnv(process.env), DRAWBRIDGE_MIGRATION_URLS: JSON.stringify(urls) },
    timeoutMs: 30 * 60_000,
  });
  if (code === 0) return;
  const name = /^failed: (\w+)$/m.exec(output)?.[1] ?? 'the first service';
  const lines = output
    .replace(/^failed: .*\n/m, '')
    .trimEnd()
    .split('\n')
    .slice(-20);
  if (output.includes('DBR-SCHEMA-NEWER')) throw new LocalError('DBR-SCHEMA-NEWER', `the schema ${name} is newer than this program`, lines);
  throw new LocalError('DBR-MIGRATION-FAILED', `${name}: the migration ended with ${code ?? 'a signal'}`, lines);
}

/** Starts the process of a service without waiting for it. */
export function spawnService(name: ServiceProcess, facts: StackFacts): Promise<Child> {
  return Child.start({
    name,
    command: process.execPath,
    args: ['--import', '@drawbridge/telemetry/start', join('dist', 'src', 'main.js')],
    cwd: folderOf(name),
    env: serviceEnv(name, facts),
    logFile: join(facts.home.logs, `${name}.log`),
  });
}

/** Asks once; the text of the answer when the service is not ready. */
async function notReady(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    if (response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return `/health/ready answers ${response.status}: ${(await response.text()).slice(0, 300)}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Waits until a service says that it is ready; ends it and tells why when it does not. */
export async function waitReady(child: Child, url: string, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (child.running && Date.now() < deadline) {
    const problem = await notReady(url);
    if (problem === undefined) return;
    last = problem;
    await pause(100);
  }
  const lines = await child.tail();
  if (!child.running) {
    const { code, signal } = await child.exited;
    throw new LocalError('DBR-SERVICE-UNHEALTHY', `${child.name} ended while starting (${signal ?? `code ${code}`})`, lines);
  }
  await child.stop(2000);
  throw new LocalError('DBR-SERVICE-UNHEALTHY', `${child.name} was not ready within ${timeoutMs / 1000} s: ${last}`, lines);
}
