import { incompleteGamma, logPoisson, logUpperGamma } from './gamma.js';
import { remembered } from './remembered.js';
import { findRoot } from './root.js';

/** P(X > x) of the chi-square distribution. */
export function chiSquareSf(x: number, df: number): number {
  return x <= 0 ? 1 : incompleteGamma(df / 2, x / 2).upper;
}

/** x with P(X > x) = p. */
export function chiSquareIsf(p: number, df: number): number {
  if (p >= 1) return 0;
  if (p <= 0) return Infinity;
  return isf(p, df);
}

const isf = remembered((p, df) => {
  const target = Math.log(p);
  let high = df + 10;
  while (logUpperGamma(df / 2, high / 2) > target) high *= 2;
  return findRoot((x) => (x <= 0 ? 0 : logUpperGamma(df / 2, x / 2)) - target, 0, high);
});

/** Keeps the growing tail and the shrinking weight inside the range of doubles; their product is moderate. */
const RESCALE = 1e100;

/**
 * ln P(X > x) of the non-central chi-square distribution: the Poisson mixture of central tails.
 * All terms are positive, and it is summed upwards from the first one that counts, so far tails keep their digits.
 */
export function logNonCentralSf(x: number, df: number, lambda: number): number {
  if (x <= 0) return 0;
  const a = df / 2;
  const y = x / 2;
  const mean = lambda / 2;
  if (mean === 0) return logUpperGamma(a, y);
  const peak = peakOf(a, y, mean);
  // Terms fall off from the peak at least as fast as the Poisson weights do: exp(-w^2 / (2 peak)) at distance w.
  const from = Math.max(0, peak - Math.ceil(9.5 * Math.sqrt(peak)) - 2);

  // Everything below is relative to the first term. y^b e^-y / Gamma(b+1) is what the tail gains when b grows by one.
  const logTail = logUpperGamma(a + from, y);
  let weight = 1;
  let tail = 1;
  let gain = Math.exp(logPoisson(a + from, y) - logTail);
  let sum = 0;
  for (let j = from; ; j += 1) {
    const term = weight * tail;
    sum += term;
    if (j > peak && !(term >= sum * 1e-17)) break;
    tail += gain;
    gain *= y / (a + j + 1);
    weight *= mean / (j + 1);
    if (tail > RESCALE) {
      tail /= RESCALE;
      gain /= RESCALE;
      weight *= RESCALE;
    }
  }
  return Math.min(0, Math.log(sum) + logPoisson(from, mean) + logTail);
}

/**
 * Index of the greatest term of the mixture, which is log-concave: the first whose successor is not greater. One tail is by
 * a factor of at least max(1, y / (a + j)) greater than the one before, which bounds the index from below and brings it near.
 */
function peakOf(a: number, y: number, mean: number): number {
  const half = (a + 1) / 2;
  let j = Math.max(0, Math.ceil(mean) - 1, Math.floor(Math.sqrt(half * half + mean * y - a) - half));
  let gain = Math.exp(logPoisson(a + j, y) - logUpperGamma(a + j, y));
  while ((mean / (j + 1)) * (1 + gain) > 1) {
    j += 1;
    gain *= y / ((a + j) * (1 + gain));
  }
  return j;
}

/**
 * Non-centrality at which P(X > x) = p, to nine digits: the confidence bound on lambda when x was observed; 0 when
 * even that is too much.
 */
export function nonCentralityFor(x: number, df: number, p: number): number {
  if (x <= 0 || chiSquareSf(x, df) >= p) return 0;
  const target = Math.log(p);
  const miss = (lambda: number): number => logNonCentralSf(x, df, lambda) - target;
  // The normal approximation lands near; widen from there until the root is between.
  const near = Math.max(0, x - df);
  const reach = 2 * Math.sqrt(2 * (df + 2 * near)) + 2;
  let low = Math.max(0, near - reach);
  let high = near + reach;
  while (low > 0 && miss(low) > 0) low = Math.max(0, low - reach * 4);
  while (miss(high) < 0) high += reach * 4;
  return findRoot(miss, low, high, 1e-9);
}
