import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { configPath, isOpenToOthers, readConfig, writeConfig } from './config-file.js';
import { adminKeyOf, findLocalStack } from './local-stack.js';
import { resolveSettings, servingBeside, serverUrl } from './settings.js';

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-settings-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const contexts = {
  eu: { server: 'https://eu.example', serving: 'https://serve.eu.example', key: 'db_eu_1', project: 'risk' },
  us: { server: 'https://us.example', serving: 'https://serve.us.example', key: 'db_us_1' },
};

const remember = (current: string): Promise<string> => writeConfig(env, { format: 1, current, contexts });

test('with nothing known, the address of a stack on this machine is assumed', async () => {
  expect(await resolveSettings({}, env, folder)).toEqual({
    server: { value: 'http://127.0.0.1:4700', from: 'default' },
    serving: { value: 'http://127.0.0.1:4705', from: 'derived from the server' },
    project: { value: 'default', from: 'default' },
  });
});

test('the current context gives address, key and project', async () => {
  await remember('eu');
  expect(await resolveSettings({}, env, folder)).toMatchObject({
    context: 'eu',
    server: { value: 'https://eu.example', from: 'context eu' },
    serving: { value: 'https://serve.eu.example' },
    key: { value: 'db_eu_1', from: 'context eu' },
    project: { value: 'risk' },
  });
});

test('a flag wins over the environment, that over the context', async () => {
  await remember('eu');
  const outer = { ...env, DRAWBRIDGE_ENDPOINT: 'https://env.example', DRAWBRIDGE_API_KEY: 'db_env_1', DRAWBRIDGE_PROJECT: 'env' };
  expect(await resolveSettings({}, outer, folder)).toMatchObject({
    server: { value: 'https://env.example' },
    key: { value: 'db_env_1', from: 'DRAWBRIDGE_API_KEY' },
    project: { value: 'env' },
  });
  expect(await resolveSettings({ server: 'https://flag.example/', project: 'flag' }, outer, folder)).toMatchObject({
    server: { value: 'https://flag.example', from: '--server' },
    project: { value: 'flag', from: '--project' },
  });
});

test('a context that is named is meant whole', async () => {
  await remember('eu');
  const outer = { ...env, DRAWBRIDGE_ENDPOINT: 'https://env.example', DRAWBRIDGE_API_KEY: 'db_env_1' };
  expect(await resolveSettings({ context: 'us' }, outer, folder)).toMatchObject({
    server: { value: 'https://us.example' },
    key: { value: 'db_us_1', from: 'context us' },
  });
  await expect(resolveSettings({ context: 'asia' }, env, folder)).rejects.toMatchObject({ exitCode: 3 });
});

test('the key of a context goes to its own address only', async () => {
  await remember('eu');
  expect((await resolveSettings({ server: 'https://elsewhere.example' }, env, folder)).key).toBeUndefined();
  expect((await resolveSettings({ server: 'https://elsewhere.example', context: 'eu' }, env, folder)).key).toBeUndefined();
  expect((await resolveSettings({ server: 'https://us.example' }, env, folder)).key).toEqual({ value: 'db_us_1', from: 'context us' });
});

test.each(['eu.example', 'ftp://eu.example', 'http://user:secret@eu.example', 'http://eu.example?x=1', ''])('%j is no address', (text) => {
  expect(() => serverUrl(text, '--server')).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('the model server stands beside the console', () => {
  expect(servingBeside('http://127.0.0.1:5700')).toBe('http://127.0.0.1:5705');
  expect(servingBeside('https://eu.example')).toBe('https://eu.example');
});

test('the file is for its owner only, and is told when it is not', async () => {
  const file = await remember('eu');
  expect(file).toBe(configPath(env));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await isOpenToOthers(env)).toBe(false);
  await chmod(file, 0o644);
  expect(await isOpenToOthers(env)).toBe(true);
  await remember('us');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ current: 'us' });
});

test.each(['{', '[]', 'null', '{"format":2,"contexts":{}}'])('a file that holds %j is refused, not overwritten', async (text) => {
  await mkdir(join(folder, 'config', 'drawbridge'), { recursive: true });
  await writeFile(configPath(env), text);
  await expect(readConfig(env)).rejects.toMatchObject({ object: { code: 'DBR-CONFIG-BROKEN' } });
});

async function aStack(change: object = {}): Promise<void> {
  await mkdir(join(folder, '.drawbridge'), { recursive: true });
  const state = {
    format: 1,
    status: 'running',
    portBase: 5700,
    supervisor: { pid: process.pid },
    urls: { console: 'http://127.0.0.1:5700', serving: 'http://127.0.0.1:5705' },
    kafka: { brokers: '127.0.0.1:5707', openBrokers: '127.0.0.1:5708' },
    secretsFile: join(folder, '.drawbridge', 'secrets.json'),
    logs: join(folder, '.drawbridge', 'logs'),
    ...change,
  };
  await writeFile(join(folder, '.drawbridge', 'stack.json'), JSON.stringify(state));
  await writeFile(state.secretsFile, JSON.stringify({ adminKey: 'db_admin_1' }), { mode: 0o600 });
}

test('a stack of this folder or above gives the address', async () => {
  await aStack();
  await mkdir(join(folder, 'deep', 'er'), { recursive: true });
  const settings = await resolveSettings({}, env, join(folder, 'deep', 'er'));
  expect(settings).toMatchObject({ server: { value: 'http://127.0.0.1:5700' }, serving: { value: 'http://127.0.0.1:5705' } });
  expect(settings.key).toBeUndefined();
  expect(settings.stack).toMatchObject({ openBrokers: '127.0.0.1:5708', portBase: 5700 });
  expect(settings.stack && (await adminKeyOf(settings.stack))).toBe('db_admin_1');
});

test.each([
  ['another machine', { urls: { console: 'http://evil.example:4700' } }],
  ['no console', { urls: {} }],
  ['no logs', { logs: 7 }],
])('a state file with %s is not believed', async (_what, change) => {
  await aStack(change);
  expect(await findLocalStack(folder, env)).toBeUndefined();
});

test('half a state file is as none', async () => {
  await aStack();
  await writeFile(join(folder, '.drawbridge', 'stack.json'), '{"format":');
  expect(await findLocalStack(folder, env)).toBeUndefined();
});
