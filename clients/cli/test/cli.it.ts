import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  ApprovalView,
  DeadLetterView,
  DeploymentView,
  EndpointView,
  IncidentView,
  MonitorView,
  NewKeyView,
  PersonView,
  VersionView,
  WindowView,
} from '@drawbridge/contracts';
import { anEvent, eventually, type Sandbox, sandbox } from '@drawbridge/testing';
import { binary, Cli, type CliRun, errorOf, shapeOf } from './cli-user.js';
import { type ModelFiles, onnx, values, writeModelFiles, writeStack } from './fixtures.js';

/** In the order they start, two at a time. */
const services = [
  ['governance', 'registry'],
  ['deployment', 'monitoring'],
  ['serving', 'console'],
] as const;

/** Real: all six services as processes, Kafka, Postgres. Each exit code is seen once from a process of the CLI. */
describe('the CLI', () => {
  let box: Sandbox;
  let admin: Cli;
  let ana: Cli;
  let otto: Cli;
  let files: ModelFiles;
  const shapes: Record<string, unknown> = {};

  const logIn = async (cli: Cli, key: string): Promise<CliRun> =>
    cli.run(['login', box.url('console'), '--serving-url', box.url('serving'), '--name', 'test'], { input: `${key}\n` });

  /** Runs a command, keeps the shape of its JSON for the golden file, and returns the JSON. */
  const golden = async <T>(cli: Cli, name: string, args: readonly string[]): Promise<T> => {
    const value = await cli.json<T>(args);
    shapes[name] = shapeOf(value);
    return value;
  };

  beforeAll(async () => {
    box = await sandbox('cli');
    [admin, ana, otto] = await Promise.all([Cli.create(), Cli.create(), Cli.create()]);
    await box.migrate('governance', 'registry', 'deployment', 'monitoring', 'console');
    const web = join(admin.home, 'web');
    await mkdir(join(web, 'assets'), { recursive: true });
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Drawbridge</title>');
    for (const pair of services)
      await Promise.all(pair.map((service) => box.startService(service, { DRAWBRIDGE_CONSOLE_WEB_FOLDER: web })));
    files = await writeModelFiles(ana);
  }, 240_000);

  afterAll(async () => {
    await Promise.all([admin?.dispose(), ana?.dispose(), otto?.dispose()]);
    await box?.dispose();
  }, 60_000);

  describe('before anybody is logged in', () => {
    test('a command ends with 4 and says how to log in', async () => {
      const run = await admin.spawn(['model', 'list', '--server', box.url('console'), '-o', 'json']);
      expect(run.code).toBe(4);
      expect(run.stdout).toBe('');
      expect(errorOf(run)).toMatchObject({ code: 'DBR-NOT-LOGGED-IN', fix: `drawbridge login ${box.url('console')}`, retryable: false });
    });

    test('a key that nobody issued ends with 4 and is not kept', async () => {
      const run = await logIn(admin, 'db_nobody_0123456789');
      expect(run.code).toBe(4);
      await expect(stat(admin.configFile)).rejects.toThrow('ENOENT');
    });

    test('nobody at the address ends with 7', async () => {
      const run = await admin.spawn(['login', 'http://127.0.0.1:9', '-o', 'json'], { input: 'db_a_b' });
      expect(run.code).toBe(7);
      expect(errorOf(run)).toMatchObject({ code: 'DBR-UNREACHABLE', retryable: true });
    });

    test('a key is never taken from a flag', async () => {
      expect((await admin.spawn(['login', box.url('console'), '--key', 'db_a_b'])).code).toBe(2);
    });
  });

  test('login keeps the key in a file that only its owner reads', async () => {
    const run = await logIn(admin, box.keys.admin);
    expect(run).toMatchObject({ code: 0 });
    expect((await stat(admin.configFile)).mode & 0o777).toBe(0o600);
    expect(run.stdout + run.stderr).not.toContain(box.keys.admin);
    const contexts = await golden<{ name: string }[]>(admin, 'context list', ['context', 'list']);
    expect(contexts).toMatchObject([{ name: 'test', current: true, loggedIn: true }]);
    expect(JSON.stringify(contexts)).not.toContain(box.keys.admin);
    await golden(admin, 'whoami', ['whoami']);
  });

  test('the key of a context never goes to another address', async () => {
    const run = await admin.run(['model', 'list', '--server', 'http://127.0.0.1:9', '-o', 'json']);
    expect(run.code).toBe(4);
  });

  test("the stack of this machine lends its administrator's key", async () => {
    const state = await writeStack(otto, box.url('console'), box.url('serving'));
    expect(errorOf(await otto.run(['whoami', '-o', 'json']))).toMatchObject({ code: 'DBR-NOT-LOGGED-IN', fix: 'drawbridge login --local' });
    expect((await otto.run(['login', '--local'])).code).toBe(4);
    await writeFile(state.secretsFile, JSON.stringify({ adminKey: box.keys.admin }));
    expect(await otto.json(['login', '--local'])).toMatchObject({ context: 'local', roles: ['admin'], serving: box.url('serving') });
    expect(await otto.run(['context', 'remove', 'local', '--yes'])).toMatchObject({ code: 0 });
    await rm(join(otto.home, '.drawbridge'), { recursive: true });
  });

  test('people get keys, and the text of a key is printed once', async () => {
    for (const [cli, id, roles] of [
      [ana, 'ana', ['operator', 'approver', 'auditor']],
      [otto, 'otto', ['approver']],
    ] as const) {
      const flags = roles.flatMap((role) => ['--role', role]);
      await golden<PersonView>(admin, 'person create', ['person', 'create', id, '--id', id, ...flags]);
      const key = await golden<NewKeyView>(admin, 'key create', ['key', 'create', 'laptop', '--person', id, '--expires', '30d']);
      expect(await logIn(cli, key.key)).toMatchObject({ code: 0 });
    }
    const keys = await golden<{ keyId: string }[]>(admin, 'key list', ['key', 'list', '--of', 'ana']);
    expect(keys).toHaveLength(1);
    expect(JSON.stringify(keys)).not.toContain('"key"');
    await golden(admin, 'key get', ['key', 'get', keys[0]?.keyId ?? '']);
    expect((await ana.run(['key', 'list'])).code).toBe(5);
    const link = await golden<{ url: string }>(admin, 'login --link', ['login', '--link', '--person', 'ana']);
    expect(link.url).toMatch(new RegExp(`^${box.url('console')}/login\\?token=`));
  });

  test('empty lists are valid JSON, and prose goes to stderr', async () => {
    expect(await ana.spawn(['model', 'list', '-o', 'json'])).toMatchObject({ code: 0, stdout: '[]\n' });
    const table = await ana.run(['model', 'list']);
    expect(table).toMatchObject({ code: 0, stdout: '' });
    expect(table.stderr).toContain('no models yet');
    expect(await ana.run(['incident', 'list', '-o', 'ndjson', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('a model is created once; the second time is a conflict', async () => {
    await golden(ana, 'model create', ['model', 'create', 'credit', '--tag', 'team=risk', '--risk', 'high']);
    const again = await ana.spawn(['model', 'create', 'credit', '-o', 'json']);
    expect(again.code).toBe(6);
    expect(errorOf(again)).toMatchObject({
      code: expect.stringMatching(/^DBR-/),
      message: expect.any(String),
      requestId: expect.any(String),
    });
    expect((await ana.spawn(['model', 'get', 'debit'])).code).toBe(3);
    await golden(ana, 'model list', ['model', 'list']);
    await golden(ana, 'model get', ['model', 'get', 'credit']);
  });

  test('a version is uploaded, registered and asked about', async () => {
    const thin = await ana.run(['version', 'register', 'credit', ...files.model, '--wait', '--timeout', '30s', '-o', 'json']);
    expect(thin).toMatchObject({ code: 8, stderr: expect.stringContaining('production deny') });
    expect((await ana.run(['version', 'register', 'credit', ...files.model, '--wait', '--environment', 'staging', '-q'])).code).toBe(0);
    const args = ['version', 'register', 'credit@7', ...files.model, ...files.evidence];
    const made = await golden<VersionView>(ana, 'version register', [...args, '--wait', '--timeout', '30s']);
    expect(made).toMatchObject({ model: 'credit', version: '7', metrics: { auc: 0.8 }, artifact: { bytes: onnx.length } });
    await golden(ana, 'version list', ['version', 'list', 'credit']);
    await golden(ana, 'version get', ['version', 'get', 'credit@7']);
    await golden(ana, 'version lineage', ['version', 'lineage', 'credit@7']);
    expect((await ana.run(['version', 'get', 'credit@champion'])).code).toBe(3);
    expect((await ana.run(['version', 'get', 'credit'])).code).toBe(2);
    const broken = await ana.run(['version', 'register', 'credit', ...files.model, '--artifact', join(ana.home, 'missing.onnx')]);
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('missing.onnx') });
  });

  test('nothing is deployed before the gate says yes: 8', async () => {
    await golden<EndpointView>(ana, 'endpoint create', [
      'endpoint',
      'create',
      'credit-prod',
      '--model',
      'credit',
      '--set',
      'windowSeconds=1m',
      '--set',
      'idleSeconds=1',
      '--set',
      'budget=1/500w',
    ]);
    const run = await ana.run(['deployment', 'create', 'credit-prod', 'credit@7', '--direct', '--wait', '--timeout', '30s', '-o', 'json']);
    expect(run.code).toBe(8);
  });

  test('the author cannot approve, another person can', async () => {
    await golden(ana, 'approval list', ['approval', 'list', '--model', 'credit@7']);
    const own = await ana.spawn(['approval', 'approve', 'credit@7', '--reason', 'mine', '-o', 'json']);
    expect(own.code).toBe(5);
    expect(errorOf(own)).toMatchObject({ code: expect.stringMatching(/^DBR-APPROVAL-OWN/), requestId: expect.any(String) });
    expect((await otto.run(['approval', 'approve', 'credit@7'])).code).toBe(2);
    const late = await otto.run(['approval', 'get', 'credit@7', '--wait', '--timeout', '300ms', '-o', 'json']);
    expect(late.code).toBe(124);
    expect(errorOf(late)).toMatchObject({ code: 'DBR-WAIT-TIMEOUT' });
    const approved = await golden<ApprovalView>(otto, 'approval approve', ['approval', 'approve', 'credit@7', '--reason', 'looks fine']);
    expect(approved).toMatchObject({ status: 'approved', decisions: [{ comment: 'looks fine' }] });
    expect((await otto.run(['approval', 'approve', approved.id, '--reason', 'again'])).code).toBe(6);
    await golden(otto, 'approval get', ['approval', 'get', approved.id]);
  });

  test('it is deployed, watched and shown', async () => {
    const run = await eventually('the gate to know the approval', async () => {
      const each = await ana.run(['deployment', 'create', 'credit-prod', '7', '--direct', '--wait', '--timeout', '40s', '-o', 'json']);
      return each.code === 8 ? undefined : each;
    });
    expect(run).toMatchObject({ code: 0 });
    const made = JSON.parse(run.stdout) as DeploymentView;
    shapes['deployment create'] = shapeOf(made);
    expect(made.status).toBe('promoted');
    const lines = (await ana.run(['deployment', 'watch', 'credit-prod', '-o', 'ndjson'])).stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => (JSON.parse(line) as { deploymentId: string }).deploymentId)).toContain(made.id);
    expect((await ana.run(['deployment', 'pause', made.id])).code).toBe(6);
    await golden(ana, 'deployment list', ['deployment', 'list', '--endpoint', 'credit-prod', '--limit', '1']);
    await golden(ana, 'deployment get', ['deployment', 'get', 'credit-prod']);
    await golden(ana, 'endpoint list', ['endpoint', 'list']);
    await golden(ana, 'endpoint get', ['endpoint', 'get', 'credit-prod']);
  });

  test('its monitor is read and set', async () => {
    const monitor = await eventually('a monitor', async () => {
      const run = await ana.run(['monitor', 'get', 'credit-prod', '-o', 'json']);
      const found = run.code === 0 ? (JSON.parse(run.stdout) as MonitorView) : undefined;
      return found?.weight === undefined ? undefined : found;
    });
    shapes['monitor get'] = shapeOf(monitor);
    expect(monitor).toMatchObject({ model: 'credit', version: '7', settings: { windowSeconds: 60, idleSeconds: 1 } });
    const changed = await ana.json<MonitorView>(['monitor', 'set', 'credit@7', 'minRows=100', 'latenessSeconds=1s']);
    expect(changed.settings).toMatchObject({ minRows: 100, latenessSeconds: 1 });
    expect((await ana.run(['monitor', 'set', monitor.id, 'windowSeconds=1h'])).code).toBe(6);
    expect((await ana.run(['monitor', 'set', monitor.id, 'minRow=1'])).code).toBe(2);
    expect(await ana.run(['monitor', 'list', '-o', 'name'])).toMatchObject({ stdout: `${monitor.id}\n` });
  });

  test('drift ends with 8 while the alarm is open, and not before', async () => {
    const gate = ['monitor', 'drift', 'credit-prod', '--fail-on', 'alarm', '-o', 'json'];
    expect((await ana.run(gate)).code).toBe(0);
    const minute = Math.floor(Date.now() / 60_000 - 60) * 60_000;
    const rows = values.slice(0, 400).map((value, i) =>
      anEvent('prediction.logged', {
        predictionId: `moved-${i}`,
        time: new Date(minute + i * 100).toISOString(),
        model: 'credit',
        version: '7',
        endpoint: 'credit-prod',
        features: { x: Math.abs(value) },
        output: { value: 0.5 },
        latencyMs: 3,
      }),
    );
    await box.eventLog().produce(rows);
    const alarm = await eventually('the alarm', async () => ((await ana.run(gate)).code === 8 ? ana.spawn(gate) : undefined), 30_000);
    expect(alarm).toMatchObject({ code: 8, stderr: expect.stringContaining('an alarm is open') });
    shapes['monitor drift'] = shapeOf(JSON.parse(alarm.stdout));
    const windows = await golden<WindowView[]>(ana, 'monitor windows', ['monitor', 'windows', 'credit-prod', '--status', 'closed']);
    expect(windows).toMatchObject([{ verdict: 'alarming', window: { n: 400 } }]);
    const performance = await eventually('a window that waits for labels', async () => {
      const found = await ana.json<unknown[]>(['monitor', 'performance', 'credit-prod']);
      return found.length > 0 && found;
    });
    shapes['monitor performance'] = shapeOf(performance);
    const [incident] = await eventually('an incident', async () => {
      const found = await ana.json<IncidentView[]>(['incident', 'list', '--model', 'credit']);
      return found.length > 0 && found;
    });
    const id = incident?.id ?? '';
    shapes['incident get'] = shapeOf(await ana.json(['incident', 'get', id]));
    expect(await ana.json<IncidentView>(['incident', 'ack', id])).toMatchObject({ status: 'acknowledged', acknowledgedBy: { id: 'ana' } });
    expect((await ana.run(['incident', 'resolve', id])).code).toBe(2);
    expect(await ana.json<IncidentView>(['incident', 'resolve', id, '--reason', 'a test'])).toMatchObject({ status: 'resolved' });
  });

  test('a canary obeys its verbs, and --wait knows which end was wished', async () => {
    const register = ['version', 'register', 'credit@8', ...files.model, ...files.evidence, '--wait'];
    expect(await ana.run(register)).toMatchObject({ code: 0 });
    expect(await otto.run(['approval', 'approve', 'credit@8', '--reason', 'fine'])).toMatchObject({ code: 0 });
    const canary = ['deployment', 'create', 'credit-prod', 'credit@8', '--canary', '10,50', '--min-samples', '1000', '--reason', 'try it'];
    const { id } = await eventually('the gate to know the approval', async () => {
      const run = await ana.run([...canary, '-o', 'json']);
      return run.code === 0 ? (JSON.parse(run.stdout) as DeploymentView) : undefined;
    });
    await eventually('the first step', async () => (await ana.json<DeploymentView>(['deployment', 'get', id])).status === 'progressing');
    expect((await ana.run(['deployment', 'create', 'credit-prod', 'credit@7', '--direct'])).code).toBe(6);
    for (const [verb, status, step] of [
      ['pause', 'paused', 0],
      ['resume', 'progressing', 0],
      ['promote', 'progressing', 1],
    ] as const) {
      expect(await ana.json<DeploymentView>(['deployment', verb, id, '--reason', 'a test'])).toMatchObject({ status, step });
    }
    expect((await ana.run(['deployment', 'watch', id, '--wait', '--timeout', '100ms', '-o', 'json'])).code).toBe(124);
    expect(await ana.run(['deployment', 'abort', id, '--wait', '--timeout', '30s'])).toMatchObject({ code: 0 });
    expect((await ana.spawn(['deployment', 'watch', id])).code).toBe(1);
    const endpoint = await ana.json<EndpointView>(['endpoint', 'get', 'credit-prod']);
    expect(endpoint.targets).toMatchObject([{ version: '7', weight: 100 }]);
  });

  test('it predicts from rows and from a request', async () => {
    const rows = await eventually('the model to be served', async () => {
      const run = await ana.run(['predict', 'credit', '-d', '[{"x": 0}, {"x": 2}]']);
      return run.code === 0 ? run : undefined;
    });
    expect(rows.stdout.split('\n')).toEqual(['SCORE', '0.5', expect.stringMatching(/^0\.88/), '']);
    const request = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [0] }] };
    const { code, stdout } = await ana.run(['predict', 'credit@7', '-d', '-', '-o', 'json'], { input: JSON.stringify(request) });
    expect(code).toBe(0);
    shapes['predict'] = shapeOf(JSON.parse(stdout));
    const wrong = await ana.run(['predict', 'credit', '-d', '{"y": 1}', '-o', 'json']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('lacks x') });
    expect((await ana.run(['predict', 'debit', '-d', '{"x": 1}'])).code).toBe(3);
  });

  test('events: the past, the tail, Ctrl C and a time-out', async () => {
    const events = await golden<{ topic: string; id: string; position: number }[]>(ana, 'events list', [
      'events',
      'list',
      '--topic',
      'model.created',
    ]);
    expect(events.map(({ topic }) => topic)).toEqual(['model.created']);
    const got = await golden<{ event: unknown }>(ana, 'events get', ['events', 'get', events[0]?.id ?? '']);
    expect(got.event).toMatchObject({ id: events[0]?.id });
    const from = String((events[0]?.position ?? 1) - 1);
    const past = await ana.run(['events', 'tail', 'model.created', '--from', from, '--count', '1', '-o', 'ndjson']);
    expect(past.code).toBe(0);
    expect(JSON.parse(past.stdout)).toMatchObject({ topic: 'model.created', position: events[0]?.position });

    const interrupted = await ana.spawn(['events', 'tail', '--from', from, '-o', 'json'], { interruptAt: /model\.created/ });
    expect(interrupted.code).toBe(130);
    expect(JSON.parse(interrupted.stdout)).toEqual(expect.arrayContaining([expect.objectContaining({ topic: 'model.created' })]));
    expect(errorOf(interrupted)).toMatchObject({ code: 'DBR-INTERRUPTED' });

    const late = await ana.spawn(['events', 'tail', 'drift.detected', '--count', '1', '--wait', '--timeout', '1s', '-o', 'json']);
    expect(late).toMatchObject({ code: 124, stdout: '[]\n', stderr: expect.stringContaining('waiting for drift.detected') });
  });

  test('a reader that closes the pipe ends the command quietly', async () => {
    const script = `"${process.execPath}" "${binary}" events list --all -o ndjson | head -n 1; echo "\${PIPESTATUS[0]}" >&2`;
    const child = spawn('bash', ['-c', script], { cwd: ana.home, env: ana.env });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr.trim()).toBe('0');
  });

  test('dead letters are listed, shown, and given up with a reason', async () => {
    await box.publishRaw('deployment.started', 'nonsense', '{broken');
    const letters = await eventually('dead letters', async () => {
      const found = await ana.json<DeadLetterView[]>(['events', 'dlq', 'list', '--service', 'registry']);
      return found.length > 0 ? found : undefined;
    });
    shapes['events dlq list'] = shapeOf(letters);
    const id = letters[0]?.id ?? '';
    await golden(ana, 'events dlq show', ['events', 'dlq', 'show', id]);
    // It is as broken as before.
    expect((await ana.run(['events', 'dlq', 'replay', id])).code).toBe(6);
    const all = ['replay', '--all', '--service', 'registry', '--topic', 'deployment.started', '--reason', letters[0]?.reason ?? ''];
    expect(await ana.json(['events', 'dlq', ...all, '--dry-run'])).toMatchObject([{ id, status: 'open' }]);
    expect((await ana.run(['events', 'dlq', ...all, '--yes'])).code).toBe(6);
    const asked = await ana.spawn(['events', 'dlq', 'discard', id, '--reason', 'a test', '-o', 'json']);
    expect(asked.code).toBe(2);
    expect(errorOf(asked)).toMatchObject({ code: 'DBR-CONFIRM' });
    const discard = ['events', 'dlq', 'discard', id, '--reason', 'a test', '--yes'];
    const discarded = await golden<DeadLetterView>(ana, 'events dlq discard', discard);
    expect(discarded.status).toBe('discarded');
  });

  test('policies are linted, audit is verified', async () => {
    const policies = await golden<{ name: string; yaml: string }[]>(ana, 'policy list', ['policy', 'list']);
    expect(policies.length).toBeGreaterThan(0);
    const text = await ana.run(['policy', 'get', policies[0]?.name ?? '', '--text']);
    expect(await admin.run(['policy', 'lint', '-'], { input: text.stdout })).toMatchObject({ code: 0 });
    const bad = await admin.spawn(['policy', 'lint', '-', '-o', 'json'], { input: 'name: 7' });
    expect(bad.code).toBe(8);
    shapes['policy lint'] = shapeOf(JSON.parse(bad.stdout));
    expect((await admin.run(['policy', 'publish', '-'], { input: 'name: 7' })).code).toBeGreaterThan(0);
    const entries = await golden<{ action: string }[]>(ana, 'audit list', ['audit', 'list', '--limit', '3', '--topic', 'policy.evaluated']);
    expect(entries).toHaveLength(3);
    expect(await golden(ana, 'audit verify', ['audit', 'verify', '--leaves'])).toMatchObject({ ok: true });
  });

  test('status, its exports, and the doctor', async () => {
    const status = await golden<{ ready: boolean; services: unknown[] }>(ana, 'status', ['status', '--wait', '--timeout', '30s']);
    expect(status).toMatchObject({ ready: true });
    expect(status.services).toHaveLength(6);
    const env = await ana.run(['status', '-o', 'env']);
    expect(env.stdout).toBe(`export DRAWBRIDGE_ENDPOINT=${box.url('console')}\nexport DRAWBRIDGE_SERVING_URL=${box.url('serving')}\n`);
    const doctor = await ana.run(['doctor', '-o', 'json']);
    const findings = JSON.parse(doctor.stdout) as { check: string; state: string }[];
    expect(findings.find(({ check }) => check === 'console')?.state).toBe('ok');
    expect(findings.find(({ check }) => check === 'service monitoring')?.state).toBe('ok');
    expect(doctor.code).toBe(findings.some(({ state }) => state === 'fail') ? 8 : 0);
    const away = await ana.run(['doctor', '--server', 'http://127.0.0.1:9', '-o', 'json']);
    expect(away.code).toBe(8);
    expect(JSON.parse(away.stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: 'console', code: 'DBR-UNREACHABLE' })]),
    );
    const settings = await ana.run(['doctor', '--env', '-o', 'json']);
    expect(settings.stdout).toContain('_****');
    expect(settings.stdout).not.toContain(
      (JSON.parse(await readFile(ana.configFile, 'utf8')) as { contexts: { test: { key: string } } }).contexts.test.key,
    );
  });

  test('the doctor sends a prediction through the loop', async () => {
    const missing = await ana.run(['doctor', '--loop', '-o', 'json']);
    expect(JSON.parse(missing.stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: 'loop register', code: 'DBR-CHECK-MISSING' })]),
    );
    const platform = ['--project', 'platform', '-o', 'json'];
    for (const args of [
      ['model', 'create', 'drawbridge-check'],
      ['version', 'register', 'drawbridge-check@1', ...files.model, '--wait', '--environment', 'development'],
      ['endpoint', 'create', 'check', '--model', 'drawbridge-check', '--environment', 'development'],
      ['deployment', 'create', 'check', '1', '--direct', '--wait', '--timeout', '40s'],
    ]) {
      expect(await ana.run([...args, ...platform])).toMatchObject({ code: 0 });
    }
    const hops = await eventually('the model to be served', async () => {
      const { stdout } = await ana.run(['doctor', '--loop', '-o', 'json']);
      const found = (JSON.parse(stdout) as { check: string; state: string; detail: string }[]).filter(({ check }) =>
        check.startsWith('loop '),
      );
      return found.length === 4 && found;
    });
    expect(hops.map(({ check, state }) => [check, state])).toEqual(
      ['register', 'predict', 'event', 'metric'].map((hop) => [`loop ${hop}`, 'ok']),
    );
  });

  test('completion offers words and names', async () => {
    expect((await ana.run(['__complete', '--', 'deploy'])).stdout).toBe('deployment\n');
    expect((await ana.run(['__complete', '--', 'deployment', 'pro'])).stdout).toBe('promote\n');
    expect((await ana.run(['__complete', '--', 'model', 'get', ''])).stdout).toContain('credit');
    expect((await ana.run(['completion', 'bash'])).stdout).toContain('complete -o default -F _drawbridge drawbridge dbr');
  });

  test('a project is named by a flag, by the environment, or once at login; names in it are its own', async () => {
    await ana.json(['model', 'create', 'credit', '--project', 'team-a']);
    const env = { DRAWBRIDGE_PROJECT: 'team-a' };
    const names = (models: { project: string; name: string }[]): string[] => models.map(({ project, name }) => `${project}/${name}`);
    expect(names(await ana.json(['model', 'list']))).toEqual(['default/credit']);
    expect(names(await ana.json(['model', 'list', '--project', 'team-a']))).toEqual(['team-a/credit']);
    expect(names(await ana.json(['model', 'list'], { env }))).toEqual(['team-a/credit']);
    const approvals = await ana.json<{ project: string }[]>(['approval', 'list', '--all']);
    expect(new Set(approvals.map(({ project }) => project))).toEqual(new Set(['default']));
    const visitor = await Cli.create();
    const entered = await visitor.run(['login', box.url('console'), '--project', 'team-a'], { input: box.keys.viewer });
    expect(entered).toMatchObject({ code: 0 });
    expect(names(await visitor.json(['model', 'list']))).toEqual(['team-a/credit']);
    expect(names(await visitor.json(['model', 'list', '--project', 'default']))).toEqual(['default/credit']);
    await visitor.dispose();
    await eventually('the console to know both', async () => JSON.stringify(await ana.json(['project', 'list'])).includes('team-a'));
    const projects = await golden<{ name: string; models: number }[]>(ana, 'project list', ['project', 'list']);
    expect(projects[0]).toMatchObject({ name: 'default' });
    expect(projects).toContainEqual(expect.objectContaining({ name: 'team-a', models: 1, endpoints: 0 }));
    expect(errorOf(await ana.run(['model', 'list', '--project', 'No Name', '-o', 'json']))).toMatchObject({ code: 'DBR-INVALID' });
  });

  test('a revoked key ends with 4', async () => {
    const whose = await otto.json<{ keyId: string }>(['whoami']);
    expect((await admin.run(['key', 'revoke', whose.keyId])).code).toBe(2);
    expect(await admin.run(['key', 'revoke', whose.keyId, '--yes'])).toMatchObject({ code: 0 });
    const refused = await eventually('the revocation to arrive', async () => {
      const run = await otto.run(['model', 'list', '-o', 'json']);
      return run.code === 0 ? undefined : run;
    });
    expect(refused.code).toBe(4);
    expect(errorOf(refused)).toMatchObject({ code: 'DBR-AUTH-REVOKED', fix: 'drawbridge login' });
    expect((await otto.run(['logout'])).code).toBe(0);
    expect(errorOf(await otto.run(['whoami', '-o', 'json']))).toMatchObject({ code: 'DBR-NOT-LOGGED-IN' });
  });

  test('the JSON of every command has the shape that scripts know', async () => {
    const file = join(import.meta.dirname, 'golden-shapes.json');
    if (process.env['DRAWBRIDGE_UPDATE_GOLDEN'] === '1') await writeFile(file, `${JSON.stringify(shapes, undefined, 2)}\n`);
    expect(shapes).toEqual(JSON.parse(await readFile(file, 'utf8')));
  });
});
