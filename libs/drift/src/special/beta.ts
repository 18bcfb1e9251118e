import { logBinomial } from './gamma.js';
import { findRoot } from './root.js';

/** Regularised incomplete beta function I_x(a, b) by the continued fraction DLMF 8.17.22; `y` is 1 - x, given for its digits. */
export function incompleteBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(a > 0) || !(b > 0)) return NaN;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - lowerBeta(b, a, y, x);
  return lowerBeta(a, b, x, y);
}

/** ln I_x(a, b); finite where the function itself underflows. */
export function logIncompleteBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (x <= 0) return -Infinity;
  if (y <= 0) return 0;
  if (x > (a + 1) / (a + b + 2)) return Math.log1p(-lowerBeta(b, a, y, x));
  return Math.min(0, logLowerBeta(a, b, x, y));
}

function lowerBeta(a: number, b: number, x: number, y: number): number {
  return Math.min(1, Math.exp(logLowerBeta(a, b, x, y)));
}

function logLowerBeta(a: number, b: number, x: number, y: number): number {
  return logBinomial(a, a + b, x, y) + Math.log((b / (a + b)) * betaFraction(a, b, x));
}

function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let h = d;
  for (let m = 1; m < 1_000_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = guard(1 + even * d, tiny);
    c = guard(1 + even / c, tiny);
    d = 1 / d;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = guard(1 + odd * d, tiny);
    c = guard(1 + odd / c, tiny);
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return h;
}

function guard(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** x with I_x(a, b) = p. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return findRoot((x) => incompleteBeta(a, b, x) - p, 0, 1);
}

/** ln P(X >= count) for X binomial(n, p). */
export function logBinomialTail(count: number, n: number, p: number): number {
  if (count <= 0) return 0;
  if (count > n) return -Infinity;
  return logIncompleteBeta(count, n - count + 1, p);
}
