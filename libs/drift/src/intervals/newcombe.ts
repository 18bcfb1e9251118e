import { wilson } from './wilson.js';

/** Interval of the difference of two independent proportions, a - b (Newcombe 1998, method 10: hybrid of score intervals). */
export function newcombe(successesA: number, trialsA: number, successesB: number, trialsB: number, error = 0.05): [number, number] {
  if (trialsA === 0 || trialsB === 0) return [-1, 1];
  const a = successesA / trialsA;
  const b = successesB / trialsB;
  const [lowA, highA] = wilson(successesA, trialsA, error);
  const [lowB, highB] = wilson(successesB, trialsB, error);
  return [a - b - Math.hypot(a - lowA, highB - b), a - b + Math.hypot(highA - a, b - lowB)];
}
