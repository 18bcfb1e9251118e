import { sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import type { Place } from '../fleet.js';
import { untilQuiet } from '../quiet.js';
import type { World } from '../world.js';

const PER_SECOND = 5000;
const MOST_BEHIND = 60_000;

export interface Kills {
  all: number;
  /** Those that found records read and not stored, by log and database: only these prove anything. */
  withUnflushed: number;
  /** Records that were in memory and had to be read again. */
  lostRecords: number;
}

/** Kills one process after the other, each 2 to 5 seconds after the last, preferably with something to lose, until told to stop. */
export async function killAtRandom(world: World, until: () => boolean): Promise<Kills> {
  const { dice, fleet, history } = world;
  const kills: Kills = { all: 0, withUnflushed: 0, lostRecords: 0 };
  while (!until()) {
    await sleep(dice.between(2000, 5000));
    if (until()) break;
    const place = await busy(world, 2500);
    const killed = place.process;
    await fleet.kill(place);
    const lost = await world.unflushed(killed);
    const records = Object.values(lost).reduce((sum, { read, stored }) => sum + read - stored, 0);
    kills.all += 1;
    kills.lostRecords += records;
    if (records > 0) kills.withUnflushed += 1;
    history.add('lost', { process: place.name, pid: killed.pid, partitions: lost });
  }
  return kills;
}

/** A process with something to lose, if there is one soon; else any. */
async function busy(world: World, withinMs: number): Promise<Place> {
  const { dice, fleet } = world;
  const first = dice.pick(fleet.places);
  const others = fleet.places.filter((place) => place !== first);
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(30)) {
    for (const place of [first, ...others]) if (Object.keys(await world.unflushed(place.process)).length > 0) return place;
  }
  return first;
}

/** Sends a load, kills processes while it is under way, and resolves when all of it is sent. */
export async function sendUnderKills(world: World, size: Size, name: string): Promise<Kills> {
  const load = world.load(name, size.events);
  let sending = true;
  const sent = world.sender.run(load, { perSecond: PER_SECOND, hold: world.behind(MOST_BEHIND) }).finally(() => (sending = false));
  await world.counting();
  const kills = await killAtRandom(world, () => !sending);
  await sent;
  return kills;
}

export const kills: Experiment = {
  name: 'kills',
  about: 'one of three monitoring processes is killed every 2 to 5 s',
  sizes: {
    short: { long: false, events: 100_000, faults: 3 },
    long: { long: true, events: 1_000_000, faults: 30 },
  },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.start(3);
    await world.openMonitors();
    const done = await sendUnderKills(world, size, 'kills');
    await untilQuiet(world);
    const findings = await check(world);
    const { failed } = await world.fleet.flushes();
    await world.fleet.stop();
    const failures = [...findings.problems];
    if (done.withUnflushed < size.faults) {
      failures.push(
        `only ${String(done.withUnflushed)} of ${String(done.all)} kills found unflushed work, ${String(size.faults)} are needed`,
      );
    }
    return {
      figures: {
        ...figuresOf(findings),
        kills: done.all,
        killsThatCounted: done.withUnflushed,
        lostRecords: done.lostRecords,
        failedFlushes: failed,
      },
      failures,
    };
  },
};
