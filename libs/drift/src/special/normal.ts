import { incompleteGamma, logUpperGamma } from './gamma.js';
import { remembered } from './remembered.js';

/** P(Z > z) of the standard normal. */
export function normalSf(z: number): number {
  const { lower, upper } = incompleteGamma(0.5, (z * z) / 2);
  return z >= 0 ? upper / 2 : 0.5 + lower / 2;
}

/** ln P(Z > z); finite where the tail itself underflows. */
export function logNormalSf(z: number): number {
  return z > 0 ? logUpperGamma(0.5, (z * z) / 2) - Math.LN2 : Math.log(normalSf(z));
}

/** z with P(Z > z) = p: the rational start of Abramowitz and Stegun 26.2.23, refined by Newton steps on ln P. */
export function normalIsf(p: number): number {
  if (p <= 0) return Infinity;
  if (p >= 1) return -Infinity;
  if (p === 0.5) return 0;
  return p > 0.5 ? -upperIsf(1 - p) : upperIsf(p);
}

const upperIsf = remembered((p) => {
  const t = Math.sqrt(-2 * Math.log(p));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  z = Math.max(z, 1e-9);
  const target = Math.log(p);
  for (let i = 0; i < 6; i += 1) {
    const logTail = logUpperGamma(0.5, (z * z) / 2) - Math.LN2;
    const step = (logTail - target) * Math.exp(logTail + (z * z) / 2) * Math.sqrt(2 * Math.PI);
    z += step;
    if (Math.abs(step) < 1e-15 * (1 + z)) break;
  }
  return z;
});

/** z with P(Z <= z) = p. */
export function normalQuantile(p: number): number {
  return p < 0.5 ? -normalIsf(p) : normalIsf(1 - p);
}
