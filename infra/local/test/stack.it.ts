import { spawn, type ChildProcess } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startKafka, type RunningKafka } from '../src/kafka/start-kafka.js';
import { packageRoot } from '../src/package-root.js';
import { freePortBlock } from '../src/ports.js';
import { startPostgres, type RunningPostgres } from '../src/postgres/start-postgres.js';
import { isSame } from '../src/process/identity.js';
import { readState, type StackState } from '../src/supervisor/state.js';
import type { ProgressEvent } from '../src/supervisor/progress.js';
import { homeIn, removeScratch, scratch } from './scratch.js';

const startLimitMs = 240_000;

// What bin/start.mjs does once everything is installed and built.
const program = `const { main } = await import(${JSON.stringify(pathToFileURL(join(packageRoot, 'dist', 'src', 'main.js')).href)});
  process.exit(await main('start', process.argv.slice(1)));`;

/** `npm start` as a user runs it, followed by its progress as NDJSON. */
class Command {
  readonly events: ProgressEvent[] = [];
  readonly ended: Promise<number>;
  private text = '';

  private constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', (chunk: Buffer) => this.take(chunk.toString('utf8')));
    process.stderr?.on('data', (chunk: Buffer) => this.take(chunk.toString('utf8')));
    this.ended = new Promise((resolve) => process.once('exit', (code) => resolve(code ?? -1)));
  }

  static start(args: readonly string[], env: Record<string, string>): Command {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(DRAWBRIDGE|NODE_OPTIONS|OTEL|JEST)/.test(name)),
    );
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', '--json', ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Command(child);
  }

  /** The first event that fits; fails with all that was said when the command ends before. */
  async next(fits: (event: ProgressEvent) => boolean): Promise<ProgressEvent> {
    let over = false;
    void this.ended.then(() => (over = true));
    for (;;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      if (over) throw new Error(`the command ended:\n${JSON.stringify(this.events, undefined, 1)}\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private take(chunk: string): void {
    const lines = (this.text + chunk).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as ProgressEvent);
      else if (line !== '') this.events.push({ at: '', kind: 'error', detail: line });
    }
  }
}

const isReady = (event: ProgressEvent): boolean => event.kind === 'ready';

async function stateIn(home: string): Promise<StackState> {
  const state = await readState(homeIn(home));
  if (state === undefined) throw new Error('no state file');
  return state;
}

const alive = (state: StackState): string[] => state.processes.filter(({ pid, mark }) => isSame(pid, mark)).map(({ name }) => name);

async function settled(check: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!check() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  return check();
}

afterAll(removeScratch);

describe('the embedded stack', () => {
  let home: string;
  let base: string;
  let command: Command;

  beforeAll(async () => {
    home = join(await scratch(), 'home');
    base = String(await freePortBlock(10));
    command = Command.start(['--port-base', base], { DRAWBRIDGE_HOME: home });
    await command.next(isReady);
  }, startLimitMs);

  afterAll(async () => {
    command.process.kill('SIGKILL');
    await command.ended;
  });

  test('it starts in order, and proves that a prediction makes its way from a model to a metric', async () => {
    const steps = command.events.filter((event) => event.kind === 'step').map((event) => event.step);
    expect(steps).toEqual(expect.arrayContaining(['preflight', 'postgres 18', 'kafka 4 KRaft']));
    expect(steps.slice(-2)).toEqual(['services', 'loop check']);
    expect(alive(await stateIn(home)).toSorted()).toEqual([
      'console',
      'deployment',
      'governance',
      'kafka',
      'monitoring',
      'postgres',
      'registry',
      'serving',
    ]);
  });

  test('the banner’s link logs in once', async () => {
    const { data } = await command.next(isReady);
    const { loginUrl, urls } = data as { loginUrl: string; urls: Record<string, string> };
    const token = new URL(loginUrl).searchParams.get('token');
    const login = (): Promise<Response> =>
      fetch(`${urls['console']}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: urls['console'] ?? '' },
        body: JSON.stringify({ token }),
      });
    expect((await login()).status).toBe(200);
    expect((await login()).ok).toBe(false);
  });

  test('a second start attaches and ends', async () => {
    const second = Command.start([], { DRAWBRIDGE_HOME: home });
    expect(await second.ended).toBe(0);
    expect(second.events.find(isReady)).toMatchObject({ data: { attached: true } });
    expect(command.process.exitCode).toBeNull();
  });

  test('DBR-PORT-IN-USE: a stack of another folder on the same ports names the holder', async () => {
    const other = Command.start(['--port-base', base], { DRAWBRIDGE_HOME: join(await scratch(), 'home') });
    expect(await other.ended).toBe(1);
    const console = (await stateIn(home)).processes.find((process) => process.name === 'console');
    expect(other.events.find((event) => event.kind === 'error')).toMatchObject({
      code: 'DBR-PORT-IN-USE',
      detail: expect.stringContaining(`port ${base} (console) is held by pid ${console?.pid} (`),
    });
  });

  test('a service that is killed is back, and the state file knows it', async () => {
    const before = (await stateIn(home)).processes.find((process) => process.name === 'registry');
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await command.next((event) => event.kind === 'warning' && event.detail?.startsWith('registry ended (SIGKILL)') === true);
    await command.next((event) => event.kind === 'note' && event.detail?.startsWith('registry is back') === true);
    const state = await stateIn(home);
    expect((await fetch(`${state.urls['registry']}/health/ready`)).status).toBe(200);
    expect(state.processes.find((process) => process.name === 'registry')?.pid).not.toBe(before?.pid);
  });

  test('SIGTERM stops everything within ten seconds', async () => {
    const state = await stateIn(home);
    const started = Date.now();
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(alive(state)).toEqual([]);
    await expect(access(join(home, 'stack.json'))).rejects.toThrow(/ENOENT/);
  });
});

describe('a stack on the user’s own Postgres and Kafka', () => {
  let postgres: RunningPostgres;
  let kafka: RunningKafka;
  let home: string;
  let command: Command;

  beforeAll(async () => {
    const folder = await scratch();
    home = join(await scratch(), 'home');
    [postgres, kafka] = await Promise.all([
      startPostgres({ dataDir: join(folder, 'postgres'), fast: true }),
      startKafka({ dataDir: join(folder, 'kafka'), fast: true }),
    ]);
    command = Command.start(['--port-base', String(await freePortBlock(10))], {
      DRAWBRIDGE_HOME: home,
      DRAWBRIDGE_DATABASE_URL: postgres.adminUrl,
      DRAWBRIDGE_KAFKA_BROKERS: kafka.brokers,
      DRAWBRIDGE_KAFKA_USERNAME: kafka.admin.username,
      DRAWBRIDGE_KAFKA_PASSWORD: kafka.admin.password,
      DRAWBRIDGE_TOPIC_PREFIX: 'own.',
    });
    await command.next(isReady);
  }, startLimitMs);

  afterAll(async () => {
    command.process.kill('SIGKILL');
    await Promise.all([postgres.stop(), kafka.stop()]);
  });

  test('it starts no database and no broker of its own, and the loop works', async () => {
    const names = alive(await stateIn(home));
    expect(names).not.toContain('postgres');
    expect(names).not.toContain('kafka');
    expect(command.events.map((event) => event.step)).toContain('loop check');
  });

  test('when the supervisor is killed, its processes end and the user’s own go on', async () => {
    const state = await stateIn(home);
    command.process.kill('SIGKILL');
    expect(await settled(() => alive(state).length === 0, 15_000)).toBe(true);
    expect([postgres.child.running, kafka.child.running]).toEqual([true, true]);
  });
});
