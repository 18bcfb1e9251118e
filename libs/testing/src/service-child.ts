import { join } from 'node:path';
import type { ServiceName } from '@drawbridge/contracts';
import { Child, repositoryRoot } from '@drawbridge/local';
import { http, type HttpClient } from './http-client.js';
import { sleep } from './wait.js';

/** A service as a real process. */
export interface RunningChild {
  readonly service: ServiceName;
  readonly url: string;
  readonly pid: number;
  readonly running: boolean;
  /** Sends a signal; with SIGKILL resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGTERM, then SIGKILL after ten seconds. Resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Resolves when the process ends by itself. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Everything it wrote, line by line. */
  logs(): Promise<string[]>;
  http(key?: string): HttpClient;
}

export interface ChildStart {
  readonly service: ServiceName;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Entry file; default the service's own. */
  readonly main?: string;
  /** False: return as soon as the process runs. */
  readonly waitUntilReady?: boolean;
  readonly timeoutMs?: number;
}

/** Runs `services/<service>` as the supervisor does, and waits until it says that it is ready. */
export async function startChild(options: ChildStart): Promise<RunningChild> {
  const { service, port, env, logFile, timeoutMs = 45_000 } = options;
  const folder = join(repositoryRoot, 'services', service);
  const child = await Child.start({
    name: service,
    command: process.execPath,
    args: ['--enable-source-maps', '--import', '@drawbridge/telemetry/start', options.main ?? join(folder, 'dist', 'src', 'main.js')],
    cwd: folder,
    env: { ...env, DRAWBRIDGE_PORT: String(port), OTEL_SERVICE_NAME: service },
    logFile,
  });
  const url = `http://127.0.0.1:${port}`;
  const running: RunningChild = {
    service,
    url,
    pid: child.pid,
    get running() {
      return child.running;
    },
    exited: child.exited,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      if (signal === 'SIGKILL') await child.exited;
    },
    async stop() {
      const { code } = await child.stop(10_000);
      return code;
    },
    async logs() {
      return (await child.output()).split('\n').filter((line) => line !== '');
    },
    http: (key) => http(url, key),
  };
  if (options.waitUntilReady !== false) await untilReady(running, child, timeoutMs);
  return running;
}

async function untilReady(service: RunningChild, child: Child, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer yet';
  while (child.running && Date.now() < deadline) {
    try {
      const answer = await service.http().get('/health/ready');
      if (answer.status === 200) return;
      last = JSON.stringify(answer.body);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(100);
  }
  const tail = (await child.tail(15)).join('\n');
  await child.stop(2000);
  throw new Error(`${service.service} did not become ready: ${last}\n${tail}`);
}
