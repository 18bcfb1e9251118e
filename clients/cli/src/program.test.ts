import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { exit } from './exit.js';
import type { Host } from './io.js';
import { nouns } from './nouns.js';
import { programFor, run, VERSION } from './program.js';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function host(): { host: Host; read: () => { stdout: string; stderr: string } } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const env = { XDG_CONFIG_HOME: '/nonexistent/drawbridge-test', HOME: '/nonexistent' };
  return {
    host: { stdin, stdout, stderr, env, cwd: '/', signal: new AbortController().signal, interrupt: () => undefined },
    read: () => ({ stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }),
  };
}

async function cli(...args: string[]): Promise<Ran> {
  const { host: surroundings, read } = host();
  return { code: await run(args, surroundings), ...read() };
}

test.each([
  [[]],
  [['model']],
  [['events', 'dlq']],
  [['mode']],
  [['model', 'lst']],
  [['--bogus', 'model', 'list']],
  [['model', 'get']],
  [['model', 'list', '-o', 'xml']],
  [['completion', 'tcsh']],
])('%j is misuse', async (args) => {
  const found = await cli(...args);
  expect(found.code).toBe(exit.usage);
  expect(found.stdout).toBe('');
  expect(found.stderr).toContain('DBR-USAGE');
});

test('an error is one line of JSON with -o json, wherever the flag stands', async () => {
  for (const args of [
    ['-o', 'json', 'model', 'get'],
    ['model', 'get', '-ojson'],
    ['model', 'get', '--output=json'],
    ['-o', 'ndjson'],
  ]) {
    const { stderr } = await cli(...args);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'DBR-USAGE',
      message: expect.any(String),
      docs: expect.any(String),
      retryable: false,
    });
  }
});

test('help and version are no failures', async () => {
  expect(await cli('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  const help = await cli('deployment', '--help');
  expect(help.code).toBe(0);
  for (const verb of ['start', 'pause', 'resume', 'promote', 'skip-to-full', 'abort', 'rollback', 'retry'])
    expect(help.stdout).toContain(verb);
});

test('without a key: 4, and nothing is asked of a server', async () => {
  const { code, stderr } = await cli('model', 'list', '--server', 'http://127.0.0.1:9', '-o', 'json');
  expect(code).toBe(exit.notLoggedIn);
  expect(JSON.parse(stderr)).toMatchObject({ code: 'DBR-NOT-LOGGED-IN', fix: 'drawbridge login http://127.0.0.1:9' });
});

test('nobody at the address: 7', async () => {
  const { host: surroundings, read } = host();
  const code = await run(['whoami', '--server', 'http://127.0.0.1:9'], {
    ...surroundings,
    env: { ...surroundings.env, DRAWBRIDGE_API_KEY: 'db_a_b' },
  });
  expect(code).toBe(exit.unreachable);
  expect(read().stderr).toContain('DBR-UNREACHABLE');
});

test('colours only on a terminal, and never with NO_COLOR', async () => {
  const colours = async (tty: boolean, env: Record<string, string>, ...args: string[]): Promise<boolean> => {
    const { host: surroundings, read } = host();
    const stdout = Object.assign(surroundings.stdout, { isTTY: tty, columns: 80 });
    await run([...args, 'doctor', '--env'], { ...surroundings, stdout, env: { ...surroundings.env, ...env } });
    return read().stdout.includes('\u001b[');
  };
  expect(await colours(true, {})).toBe(true);
  expect(await colours(false, {})).toBe(false);
  expect(await colours(true, { NO_COLOR: '1' })).toBe(false);
  expect(await colours(true, { TERM: 'dumb' })).toBe(false);
  expect(await colours(true, {}, '--no-color')).toBe(false);
});

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string };
  expect(VERSION).toBe(manifest.version);
});

test('help of a noun lists its verbs, however it is asked', async () => {
  for (const args of [
    ['help', 'approval'],
    ['approval', '--help'],
    ['approval', 'help'],
  ]) {
    expect(await cli(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('reject') });
  }
});

test('Ctrl C: 130', async () => {
  const controller = new AbortController();
  controller.abort();
  const { host: surroundings } = host();
  const env = { ...surroundings.env, DRAWBRIDGE_API_KEY: 'db_a_b' };
  expect(await run(['whoami'], { ...surroundings, env, signal: controller.signal })).toBe(exit.interrupted);
});

test('what cannot be undone is not done unasked', async () => {
  const { code, stderr } = await cli('key', 'revoke', 'k', '-o', 'json');
  expect(code).toBe(exit.usage);
  expect(JSON.parse(stderr)).toMatchObject({ code: 'DBR-CONFIRM', fix: 'repeat the command with --yes' });
});

test('every noun loads, and every command says what it does', async () => {
  const { host: surroundings } = host();
  const program = await programFor([], surroundings, undefined, true);
  expect(program.commands.map((command) => command.name())).toEqual(nouns.map(({ name }) => name));
  const walk = (commands: typeof program.commands): void => {
    for (const command of commands) {
      if (!command.name().startsWith('__')) expect([command.name(), command.description()]).not.toContain('');
      walk(command.commands);
    }
  };
  walk(program.commands);
});

test('no flag takes a secret', async () => {
  const { host: surroundings } = host();
  const program = await programFor([], surroundings, undefined, true);
  const flags = (command: typeof program): string[] => [
    ...command.options.map(({ long }) => long ?? ''),
    ...command.commands.flatMap(flags),
  ];
  for (const flag of flags(program)) expect(flag).not.toMatch(/^--(api-)?(key|token|secret|password)$/);
});
