import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import type { World } from '../world.js';

const PER_SECOND = 4000;

/** Each process alone in a group of its own reads every partition, and none knows of the others. */
const ownGroup = (number: number): Record<string, string> => ({ DRAWBRIDGE_MONITORING_OWN_GROUPS: String(number) });

export const splitBrain: Experiment = {
  name: 'split-brain',
  about: 'each of three processes reads every partition, and none knows of the others',
  sizes: { short: { events: 12_000, faults: 1 }, long: { events: 200_000, faults: 100 } },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(3, ownGroup);
    await world.openMonitors();
    const refusedBefore = (await world.fleet.flushes()).refused;
    await underLoad(world, { name: 'split', perSecond: PER_SECOND, least: size.events }, () => Promise.resolve());
    await untilQuiet(world);
    const findings = await check(world);
    const refused = (await world.fleet.flushes()).refused - refusedBefore;
    const failures = [...findings.problems];
    if (refused < size.faults) failures.push(`only ${String(refused)} writes were refused: they did not meet`);
    return { figures: { ...figuresOf(findings), refusedSwaps: refused }, failures };
  },
};
