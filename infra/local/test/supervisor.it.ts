import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { reset } from '../src/commands/reset.js';
import { Child } from '../src/process/child.js';
import { isSame, startMark } from '../src/process/identity.js';
import { processTree, pssOf } from '../src/process/memory.js';
import { run } from '../src/process/run.js';
import { parseOptions } from '../src/supervisor/options.js';
import { jsonProgress } from '../src/supervisor/progress.js';
import { loadSecrets } from '../src/supervisor/secrets.js';
import { waitReady } from '../src/supervisor/service-process.js';
import { openSession } from '../src/supervisor/session.js';
import { claimState, endLeftovers, markOf, readState, type StackState } from '../src/supervisor/state.js';
import { Supervised } from '../src/supervisor/supervised.js';
import { selfCheck } from '../src/check/self-check.js';
import { main } from '../src/main.js';
import { freePort, freePortBlock } from '../src/ports.js';
import { expectCode, homeIn, removeScratch, scratch } from './scratch.js';

const homes: (string | undefined)[] = [];
const children: Child[] = [];

async function shell(script: string, name = 'sh'): Promise<Child> {
  const child = await Child.start({ name, command: '/bin/sh', args: ['-c', script], logFile: join(await scratch(), 'log') });
  children.push(child);
  return child;
}

async function inHome(): Promise<string> {
  const folder = join(await scratch(), 'home');
  homes.push(process.env['DRAWBRIDGE_HOME']);
  process.env['DRAWBRIDGE_HOME'] = folder;
  await mkdir(folder);
  return folder;
}

function stateOf(supervisor: StackState['supervisor'], processes: StackState['processes'] = []): StackState {
  return {
    format: 1,
    version: '0.1.0',
    status: 'running',
    supervisor,
    startedAt: '2026-01-01T00:00:00.000Z',
    portBase: 5700,
    urls: {},
    kafka: { brokers: '' },
    topicPrefix: '',
    secretsFile: '',
    logs: '',
    processes,
  };
}

afterEach(async () => {
  if (homes.length > 0) {
    const before = homes.pop();
    if (before === undefined) delete process.env['DRAWBRIDGE_HOME'];
    else process.env['DRAWBRIDGE_HOME'] = before;
  }
  await Promise.all(children.splice(0).map((child) => child.stop(500)));
});
afterAll(removeScratch);

const silent = jsonProgress(() => undefined);

describe('processes', () => {
  test('a mark names one life of a process', async () => {
    const child = await shell('sleep 60');
    const mark = startMark(child.pid) ?? '';
    expect(isSame(child.pid, mark)).toBe(true);
    expect(isSame(child.pid, `${mark}0`)).toBe(false);
    await child.stop(500);
    expect(isSame(child.pid, mark)).toBe(false);
  });

  test('a child that ignores the request to end is forced', async () => {
    const child = await shell(`trap '' TERM; echo up; while :; do sleep 0.1; done`);
    while (!(await child.output()).includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await child.stop(300)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('children end when the supervisor is killed', async () => {
    const log = join(await scratch(), 'log');
    const source = `import { Child } from ${JSON.stringify(new URL('../dist/src/process/child.js', import.meta.url).href)};
      const child = await Child.start({ name: 'x', command: '/bin/sh', args: ['-c', 'sleep 60'], logFile: ${JSON.stringify(log)} });
      console.log(child.pid);
      process.kill(process.pid, 'SIGKILL');`;
    const { output } = await run(process.execPath, ['--input-type=module', '-e', source]);
    const pid = Number(output.trim());
    expect(pid).toBeGreaterThan(0);
    const deadline = Date.now() + 5000;
    while (startMark(pid) !== undefined && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(startMark(pid)).toBeUndefined();
  });

  test('a process that ends by itself is started again, one that is stopped is not', async () => {
    const seen: string[] = [];
    const supervised = new Supervised('sh', await shell('exit 3'), () => shell('sleep 60'), {
      ended: (_name, exit, restart, delay) => seen.push(`ended ${exit.code} restart ${restart} in ${delay}`),
      restarted: () => seen.push('restarted'),
      restartFailed: () => seen.push('failed'),
    });
    supervised.watch();
    while (!seen.includes('restarted')) await new Promise((resolve) => setTimeout(resolve, 20));
    await supervised.stop(500);
    expect(seen).toEqual(['ended 3 restart 1 in 500', 'restarted']);
  });

  test('memory is summed over a whole process tree', async () => {
    const child = await shell('sleep 60 & sleep 60');
    while (processTree([child.pid]).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pssOf(child.pid)).toBeGreaterThan(10_000);
    expect(pssOf(-1)).toBe(0);
  });
});

describe('services', () => {
  test('DBR-SERVICE-UNHEALTHY: it ends while starting, and its last lines are shown', async () => {
    const child = await shell(`echo 'DRAWBRIDGE_DB_URL is not set'; exit 1`, 'registry');
    const error = await waitReady(child, 'http://127.0.0.1:1', 5000).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'DBR-SERVICE-UNHEALTHY',
      detail: 'registry ended while starting (code 1)',
      lines: ['DRAWBRIDGE_DB_URL is not set'],
    });
  });

  test('DBR-SERVICE-UNHEALTHY: it is never ready', async () => {
    const child = await shell('sleep 60', 'registry');
    await expectCode(
      waitReady(child, `http://127.0.0.1:${await freePort()}`, 300),
      'DBR-SERVICE-UNHEALTHY',
      /^registry was not ready within 0\.3 s/,
    );
    expect(child.running).toBe(false);
  });
});

describe('self-check', () => {
  test('DBR-CHECK-FAILED names the step', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await expectCode(selfCheck({ console: nobody, serving: nobody, key: 'db_check_x', timeoutMs: 200 }), 'DBR-CHECK-FAILED', /^register: /);
  });

  test('DBR-CHECK-FAILED: a refusal is not asked again', async () => {
    const server = await new Promise<Server>((resolve) => {
      const listening: Server = createServer((_request, response) => response.writeHead(403).end('{"code":"DBR-FORBIDDEN"}')).listen(
        0,
        '127.0.0.1',
        () => resolve(listening),
      );
    });
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    await expectCode(
      selfCheck({ console: url, serving: url, key: 'db_check_x' }),
      'DBR-CHECK-FAILED',
      /^register: POST \/models answered 403: .*DBR-FORBIDDEN/,
    );
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('commands', () => {
  test('an unknown option is refused with its own exit code', async () => {
    expect(await main('start', ['--json', '--unknown'])).toBe(2);
  });

  test('DBR-INTERRUPTED: a start that is stopped on its way leaves nothing behind', async () => {
    const home = homeIn(await inHome());
    const base = await freePortBlock(10);
    const program = `const { main } = await import(${JSON.stringify(new URL('../dist/src/main.js', import.meta.url).href)});
      process.exit(await main('start', ['--json', '--port-base', '${base}']));`;
    const child = await Child.start({
      name: 'start',
      command: process.execPath,
      args: ['--input-type=module', '-e', program],
      env: process.env,
      logFile: join(await scratch(), 'log'),
    });
    children.push(child);
    while (!(await child.output()).includes('"migrations"')) await new Promise((resolve) => setTimeout(resolve, 20));
    const state = await readState(home);
    child.kill('SIGTERM');
    expect(await child.exited).toEqual({ code: 130, signal: null });
    expect(state?.processes.map(({ name }) => name)).toContain('postgres');
    for (const { pid, mark } of state?.processes ?? []) expect(isSame(pid, mark)).toBe(false);
    expect(await readState(home)).toBeUndefined();
  });
});

describe('state of a home', () => {
  test('secrets are made once and are for the owner only', async () => {
    const home = homeIn(await inHome());
    const first = await loadSecrets(home);
    expect(await loadSecrets(home)).toEqual(first);
    expect((await stat(home.secrets)).mode & 0o777).toBe(0o600);
    expect(first.adminKey).toMatch(/^db_admin_[A-Za-z0-9_-]{43}$/);
  });

  test('two starts cannot both claim a home', async () => {
    const home = homeIn(await inHome());
    const claim = stateOf(markOf('supervisor', process.pid));
    expect(await Promise.all([claimState(home, claim), claimState(home, claim)])).toEqual(expect.arrayContaining([true, false]));
  });

  test('a second start attaches to the running stack', async () => {
    const home = homeIn(await inHome());
    await claimState(home, stateOf(markOf('supervisor', process.pid)));
    const session = await openSession(parseOptions([]), silent);
    expect(session.stack).toBeUndefined();
    expect(session.ports.console).toBe(5700);
    expect(session.adminKey).toMatch(/^db_admin_/);
  });

  test('DBR-STALE-PID: what a dead supervisor left is ended, and nothing else', async () => {
    const home = homeIn(await inHome());
    const left = await shell('sleep 60');
    const foreign = await shell('sleep 60');
    const dead = { name: 'supervisor', pid: process.pid, mark: 'another life' };
    await claimState(home, stateOf(dead, [markOf('kafka', left.pid), { name: 'postgres', pid: foreign.pid, mark: 'another life' }]));
    let out = '';
    const progress = jsonProgress((text) => (out += text));
    // Stopped by the next check: this home's port block begins at a port that is taken by nobody, but the folder is a newer one's.
    const state = await readState(home);
    expect(state).toBeDefined();
    await writeFile(home.settings, JSON.stringify({ version: '0.1.0', portBase: 1 }));
    await expect(openSession(parseOptions([]), progress)).rejects.toMatchObject({ name: 'LocalError' });
    expect(out).toContain('"code":"DBR-STALE-PID"');
    expect(out).toContain('ended kafka');
    expect(left.running).toBe(false);
    expect(foreign.running).toBe(true);
  });

  test('leftovers that ignore the request to end are forced', async () => {
    const stubborn = await shell(`trap '' TERM; echo up; while :; do sleep 0.1; done`);
    while (!(await stubborn.output()).includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await endLeftovers(stateOf(markOf('supervisor', 1), [markOf('kafka', stubborn.pid)]), 200)).toEqual(['kafka']);
    // Killed is not yet reaped: the parent hears of it a moment later.
    for (let i = 0; i < 100 && stubborn.running; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stubborn.running).toBe(false);
  });

  test('DBR-SCHEMA-NEWER: the home was used by a newer version', async () => {
    const home = homeIn(await inHome());
    await writeFile(home.settings, JSON.stringify({ version: '99.0.0', portBase: 4700 }));
    await expectCode(openSession(parseOptions([]), silent), 'DBR-SCHEMA-NEWER', /last used by 99\.0\.0/);
  });

  test('DBR-STACK-RUNNING: reset does not pull the floor from under a stack', async () => {
    const home = homeIn(await inHome());
    await claimState(home, stateOf(markOf('supervisor', process.pid)));
    await expectCode(reset(parseOptions(['--yes']), silent), 'DBR-STACK-RUNNING', new RegExp(`pid ${process.pid}`));
    expect(await readFile(home.state, 'utf8')).toContain('"running"');
  });

  test('reset asks, and without a terminal wants --yes', async () => {
    const folder = await inHome();
    await expectCode(reset(parseOptions([]), silent), 'DBR-USAGE', /--yes/);
    expect(await reset(parseOptions(['--yes']), silent)).toBe(0);
    await expect(stat(folder)).rejects.toThrow(/ENOENT/);
  });
});
