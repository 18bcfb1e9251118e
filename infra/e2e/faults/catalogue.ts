import type { Experiment } from './experiment.js';
import { clock } from './experiments/clock.js';
import { diskFull } from './experiments/disk-full.js';
import { kills } from './experiments/kills.js';
import { naive } from './experiments/naive.js';
import { overload } from './experiments/overload.js';
import { kafka, postgres } from './experiments/outages.js';
import { scale } from './experiments/scale.js';
import { splitBrain } from './experiments/split-brain.js';
import { zombies } from './experiments/zombies.js';

/** Every experiment, in the order in which the long form runs them. */
export const experiments: readonly Experiment[] = [kills, zombies, splitBrain, scale, kafka, postgres, diskFull, clock, overload, naive];
