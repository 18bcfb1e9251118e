import { eventually, type ProcessControl, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import type { World } from '../world.js';

const PER_SECOND = 3000;

/** Kafka or Postgres dies under load and comes back, again and again; nothing else is started again by anybody. */
function outage(name: 'kafka' | 'postgres', about: string, downMs: number): Experiment {
  return {
    name,
    about,
    sizes: { short: { events: 0, faults: 2 }, long: { events: 0, faults: 20 } },
    async run(world: World, size: Size): Promise<Outcome> {
      await world.fleet.become(3);
      await world.openMonitors();
      const slowest = await underLoad(world, { name, perSecond: PER_SECOND, least: size.events }, async () => {
        let most = 0;
        for (let round = 0; round < size.faults; round += 1) {
          await sleep(world.dice.between(1000, 3000));
          most = Math.max(most, await strike(world, name, world.cluster[name], world.dice.between(0, downMs)));
        }
        return most;
      });
      await untilQuiet(world);
      const findings = await check(world);
      const { failed } = await world.fleet.flushes();
      return {
        figures: {
          ...figuresOf(findings),
          faults: size.faults,
          resentBatches: world.sender.resent,
          failedFlushes: failed,
          slowestRecoveryMs: slowest,
        },
        failures: findings.problems,
      };
    },
  };
}

/** Kills it, brings it back after a while, and returns how long after that the first row was counted. */
async function strike(world: World, name: string, victim: ProcessControl, downMs: number): Promise<number> {
  const { history } = world;
  history.add('kill', { process: name, pid: victim.pid, downMs: Math.round(downMs) });
  await victim.kill();
  await sleep(downMs);
  // A database whose backends have not all noticed yet that their server is gone refuses to start.
  await eventually(
    `${name} starts again`,
    async () => {
      await victim.restart();
      return true;
    },
    90_000,
    500,
  );
  const since = Date.now();
  history.add('restart', { process: name, pid: victim.pid });
  await world.counting();
  const took = Date.now() - since;
  history.add('counting again', { afterMs: took });
  return took;
}

export const kafka = outage('kafka', 'the broker is killed and comes back', 2000);
export const postgres = outage('postgres', 'the database server is killed and comes back', 2000);
