import { sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import { busyOne, enough, nobodyStruck, noteStruck, type Struck } from '../victims.js';
import type { World } from '../world.js';

const PER_SECOND = 5000;

/** Some kills find nothing to lose; beyond this something else is wrong. */
const MOST_TRIES = 4;

/** Sends a load and kills one process after the other meanwhile, each 2 to 5 seconds after the last. */
export async function sendUnderKills(world: World, name: string, { events, faults }: Size): Promise<Struck> {
  return underLoad(world, { name, perSecond: PER_SECOND, least: events }, async (rows) => {
    const struck = nobodyStruck();
    while (rows() < events || (struck.withUnflushed < faults && struck.all < MOST_TRIES * faults)) {
      await sleep(world.dice.between(2000, 5000));
      const place = await busyOne(world);
      const { process } = place;
      await world.fleet.kill(place);
      await noteStruck(world, struck, place.name, process);
    }
    return struck;
  });
}

export const kills: Experiment = {
  name: 'kills',
  about: 'one of three processes is killed every 2 to 5 s',
  sizes: { short: { events: 20_000, faults: 2 }, long: { events: 1_000_000, faults: 30 } },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(3);
    await world.openMonitors();
    const struck = await sendUnderKills(world, 'kills', size);
    await untilQuiet(world);
    const findings = await check(world);
    return {
      figures: { ...figuresOf(findings), faults: struck.all, faultsThatCounted: struck.withUnflushed, unflushedRecords: struck.records },
      failures: [...findings.problems, ...enough(struck, size.faults)],
    };
  },
};
