import type { Experiment } from './experiment.js';
import { kills } from './experiments/kills.js';

/** Every experiment, in the order in which the long form runs them. */
export const experiments: readonly Experiment[] = [kills];
