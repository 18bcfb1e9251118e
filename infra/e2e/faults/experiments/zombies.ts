import { eventually, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import type { Place } from '../fleet.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import { busyOne, enough, nobodyStruck, noteStruck, type Struck } from '../victims.js';
import type { World } from '../world.js';

const PER_SECOND = 3000;
/** Longer than the session of 1.5 s: the others have taken its partitions when it wakes up. */
const FROZEN_MS = 2200;
/** Some freezes find nothing to lose, and some wake up to be told of their loss before they write; beyond this something is wrong. */
const MOST_TRIES = 4;

/** Frozen with unflushed work, longer than its session; the others go on; then it wakes up and tries to write. */
async function freezeAndThaw(world: World, place: Place, struck: Struck): Promise<void> {
  await world.fleet.freeze(place);
  try {
    await noteStruck(world, struck, place.name, place.process);
    const frozenAt = Date.now();
    const before = await world.stored();
    await eventually('the others go on', async () => (await world.stored()) > before, 60_000, 100);
    await sleep(Math.max(0, FROZEN_MS - (Date.now() - frozenAt)));
  } finally {
    await world.fleet.thaw(place);
  }
}

export const zombies: Experiment = {
  name: 'zombies',
  about: 'one of three processes is frozen for longer than its session and wakes up with work of others',
  sizes: { short: { events: 0, faults: 2 }, long: { events: 0, faults: 50 } },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(3);
    await world.openMonitors();
    const refusedBefore = (await world.fleet.flushes()).refused;
    const struck = await underLoad(world, { name: 'zombies', perSecond: PER_SECOND, least: size.events }, async () => {
      const found = nobodyStruck();
      const refused = async (): Promise<boolean> => (await world.fleet.flushes()).refused > refusedBefore;
      while ((found.withUnflushed < size.faults || !(await refused())) && found.all < MOST_TRIES * size.faults) {
        await freezeAndThaw(world, await busyOne(world), found);
        // Time to wake up, to be refused, and to join the others again.
        await sleep(world.dice.between(500, 1200));
      }
      return found;
    });
    await untilQuiet(world);
    const findings = await check(world);
    const refused = (await world.fleet.flushes()).refused - refusedBefore;
    return {
      figures: {
        ...figuresOf(findings),
        faults: struck.all,
        faultsThatCounted: struck.withUnflushed,
        unflushedRecords: struck.records,
        refusedSwaps: refused,
      },
      failures: [...findings.problems, ...enough(struck, size.faults), ...(refused > 0 ? [] : ['no late write was refused'])],
    };
  },
};
