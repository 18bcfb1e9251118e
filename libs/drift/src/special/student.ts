import { incompleteBeta } from './beta.js';

/** P(T > t) of Student's distribution with `df` degrees of freedom. */
export function studentSf(t: number, df: number): number {
  const square = t * t;
  const tail = incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square)) / 2;
  return t >= 0 ? tail : 1 - tail;
}
