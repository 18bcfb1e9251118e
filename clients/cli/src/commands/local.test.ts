import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeConfig } from '../config/config-file.js';
import { run } from '../program.js';

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-local-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function cli(
  args: readonly string[],
  signal = new AbortController().signal,
  seen?: (part: string) => void,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const texts = [text(stdout), text(stderr)] as const;
  if (seen !== undefined) stdout.on('data', (chunk: Buffer) => seen(chunk.toString()));
  const code = await run(args, { stdin, stdout, stderr, env, cwd: folder, signal, interrupt: () => undefined });
  stdout.end();
  stderr.end();
  return { code, stdout: await texts[0], stderr: await texts[1] };
}

async function aStack(console = 'http://127.0.0.1:4700'): Promise<string> {
  const logs = join(folder, '.drawbridge', 'logs');
  await mkdir(logs, { recursive: true });
  const state = { urls: { console }, logs, secretsFile: join(folder, 'secrets.json') };
  await writeFile(join(folder, '.drawbridge', 'stack.json'), JSON.stringify(state));
  await writeFile(join(logs, 'registry.log'), 'one\ntwo\n');
  await writeFile(join(logs, 'serving.log'), 'three\n');
  return logs;
}

test('logs of all services or of one', async () => {
  await aStack();
  expect(await cli(['logs'])).toMatchObject({ code: 0, stdout: 'registry   one\nregistry   two\nserving    three\n' });
  expect(await cli(['logs', 'registry', '--lines', '1'])).toMatchObject({ code: 0, stdout: 'two\n' });
  expect(JSON.parse((await cli(['logs', 'serving', '-o', 'json'])).stdout)).toEqual([{ service: 'serving', line: 'three' }]);
});

test('only what is in the folder of logs is read', async () => {
  await aStack();
  for (const name of ['nobody', '../stack', '../../config']) expect(await cli(['logs', name])).toMatchObject({ code: 3, stdout: '' });
  await rm(join(folder, '.drawbridge'), { recursive: true });
  expect(await cli(['logs', '-o', 'json'])).toMatchObject({ code: 3, stderr: expect.stringContaining('DBR-NO-LOCAL-STACK') });
});

test('logs are followed until Ctrl C', async () => {
  const logs = await aStack();
  const controller = new AbortController();
  const found = await cli(['logs', 'registry', '-f', '--lines', '1'], controller.signal, (part) => {
    if (part.includes('two'))
      void appendFile(join(logs, 'registry.log'), 'half').then(() => appendFile(join(logs, 'registry.log'), ' whole\n'));
    if (part.includes('whole')) controller.abort();
  });
  expect(found).toMatchObject({ code: 130, stdout: 'two\nhalf whole\n' });
});

test('a local login goes to the stack of the folder, wherever an older one was', async () => {
  const console = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ principal: { kind: 'person', id: 'admin', name: 'admin' }, roles: ['admin'], keyId: 'admin' }));
  });
  await new Promise<void>((resolve) => console.listen(0, '127.0.0.1', resolve));
  const server = `http://127.0.0.1:${String((console.address() as AddressInfo).port)}`;
  try {
    await aStack(server);
    await writeFile(join(folder, 'secrets.json'), JSON.stringify({ adminKey: 'db_admin_secret' }), { mode: 0o600 });
    const before = { server: 'http://127.0.0.1:1', serving: 'http://127.0.0.1:6', key: 'db_admin_older' };
    await writeConfig(env, { format: 1, current: 'local', contexts: { local: before } });
    expect(await cli(['login', '--local', '--context', 'local'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('DBR-NO-LOCAL-STACK'),
    });
    expect(JSON.parse((await cli(['login', '--local', '-o', 'json'])).stdout)).toMatchObject({ context: 'local', server });
    expect(JSON.parse((await cli(['context', 'list', '-o', 'json'])).stdout)).toMatchObject([{ name: 'local', server }]);
  } finally {
    console.closeAllConnections();
    console.close();
  }
});

test('contexts are listed, chosen and forgotten', async () => {
  expect(await cli(['context', 'list', '-o', 'json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  const eu = { server: 'https://eu.example', serving: 'https://eu.example', key: 'db_eu_secret' };
  await writeConfig(env, { format: 1, current: 'eu', contexts: { eu, us: { ...eu, server: 'https://us.example' } } });
  expect(await cli(['context', 'use', 'us', '-o', 'name'])).toMatchObject({ code: 0, stdout: 'us\n' });
  const listed = await cli(['context', 'list', '-o', 'json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { name: 'eu', current: false },
    { name: 'us', current: true, loggedIn: true },
  ]);
  expect(listed.stdout).not.toContain('secret');
  expect((await cli(['context', 'use', 'asia'])).code).toBe(3);
  expect((await cli(['context', 'remove', 'us'])).code).toBe(2);
  expect((await cli(['context', 'remove', 'us', '--yes'])).code).toBe(0);
  expect(JSON.parse((await cli(['context', 'list', '-o', 'json'])).stdout)).toMatchObject([{ name: 'eu', current: false }]);
  expect((await cli(['logout', '--context', 'eu', '-o', 'json'])).stdout).toContain('"loggedIn": false');
  expect((await cli(['context', 'list', '--field', 'loggedIn'])).stdout).toBe('false\n');
});
