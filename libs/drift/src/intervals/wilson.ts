import { normalIsf } from '../special/normal.js';

/** Score interval of a proportion (Wilson 1927). @param error two-sided, 0.05 for a 95 % interval */
export function wilson(successes: number, trials: number, error = 0.05): [number, number] {
  if (trials === 0) return [0, 1];
  const z = normalIsf(error / 2);
  const p = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (p + (z * z) / (2 * trials)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials))) / scale;
  return [successes === 0 ? 0 : centre - half, successes === trials ? 1 : centre + half];
}
