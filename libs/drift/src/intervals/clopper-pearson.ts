import { betaQuantile } from '../special/beta.js';

/** Exact interval of a proportion (Clopper and Pearson 1934): covers at least 1 - error. */
export function clopperPearson(successes: number, trials: number, error = 0.05): [number, number] {
  const low = successes === 0 ? 0 : betaQuantile(error / 2, successes, trials - successes + 1);
  const high = successes === trials ? 1 : betaQuantile(1 - error / 2, successes + 1, trials - successes);
  return [low, high];
}
