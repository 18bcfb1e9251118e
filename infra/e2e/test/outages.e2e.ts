import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { daysBetween } from '@drawbridge/example-flights';
import { eventually } from '../src/outsider/api.js';
import { approve, deploy, register } from '../src/story/bridge.js';
import { givenBy } from '../src/story/given.js';
import { Report } from '../src/story/report.js';
import { monitoring, routing, setStage, type Stage, strikeStage } from '../src/story/stage.js';
import { allCounted } from '../src/story/windows.js';

const longMs = 180_000;
const services = ['governance', 'registry', 'monitoring', 'deployment', 'serving', 'console'];

let stage: Stage;

/** Process ids of the stack, by name, as its state file has them. */
async function pids(): Promise<Map<string, number>> {
  const text = await readFile(join(process.env['DRAWBRIDGE_HOME'] ?? '', 'stack.json'), 'utf8');
  const { processes } = JSON.parse(text) as { processes: { name: string; pid: number }[] };
  return new Map(processes.map(({ name, pid }) => [name, pid]));
}

/** Plays days under the routing of the first; kills the process once traffic flows. */
async function playWhileKilling(days: readonly string[], victim: string): Promise<void> {
  const targets = await routing(stage);
  const before = await pids();
  const pid = before.get(victim);
  if (pid === undefined) throw new Error(`the stack has no ${victim}: ${[...before.keys()].join()}`);
  const kill = setTimeout(() => process.kill(pid, 'SIGKILL'), 700);
  for (const day of days) await stage.replay.day(day, targets, 'eastern');
  clearTimeout(kill);
  await eventually(`${victim} runs again`, async () => ((await pids()).get(victim) === pid ? undefined : true), 60_000);
  await eventually(
    'every service is ready again',
    async () => {
      const { services: found } = await stage.admin.get<{ services: { ready: boolean }[] }>('/platform');
      return found.every(({ ready }) => ready) ? true : undefined;
    },
    90_000,
  );
}

/** Everything acknowledged is counted although the log or the database died under load, and no service was restarted for it. */
describe('killed under load', () => {
  let before: Map<string, number>;

  beforeAll(async () => {
    stage = await setStage(givenBy(process.env), new Report(false), { inferShare: 0 });
    const { ana, model, endpoint } = stage;
    await ana.post('/models', { name: model, description: 'outages', owner: 'outages', riskClass: 'low' });
    await register(stage, '1');
    await approve(stage, '1');
    await ana.post('/endpoints', { name: endpoint, environment: 'production', model, monitoring });
    await deploy(stage, '1', 'direct');
    before = await pids();
  }, longMs);

  afterAll(async () => {
    await strikeStage(stage);
  });

  test.each([
    ['kafka', daysBetween('2001-03-10', '2001-03-12')],
    ['postgres', daysBetween('2001-03-13', '2001-03-15')],
  ])(
    '%s comes back and every row is counted once',
    async (victim, days) => {
      await playWhileKilling(days, victim);
      await allCounted(stage, '1', days, 120_000);
      const after = await pids();
      for (const name of services) expect([name, after.get(name)]).toEqual([name, before.get(name)]);
    },
    longMs,
  );
});
