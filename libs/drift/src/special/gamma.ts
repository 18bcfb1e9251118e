/** Terms of Stirling's series for ln Gamma: B(2k) / (2k (2k-1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
const HALF_LN_TWO_PI = 0.9189385332046727;

/** Natural logarithm of the gamma function for x > 0: Stirling's series, shifted upwards until it has converged. */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  if (x === 1 || x === 2) return 0;
  let shift = 1;
  let y = x;
  while (y < 12) {
    shift *= y;
    y += 1;
  }
  return (y - 0.5) * Math.log(y) - y + HALF_LN_TWO_PI + stirlingRest(y) - Math.log(shift);
}

function stirlingRest(y: number): number {
  const inverse = 1 / y;
  const square = inverse * inverse;
  let rest = 0;
  for (let k = STIRLING.length - 1; k >= 0; k -= 1) rest = rest * square + STIRLING[k]!;
  return rest * inverse;
}

/** ln Gamma(a+1) - [(a + 1/2) ln a - a + ln sqrt(2 pi)], the error of Stirling's formula, for a >= 0. */
function stirlingError(a: number): number {
  if (a >= 12) return stirlingRest(a);
  return Number.isInteger(2 * a) ? HALVES[2 * a]! : smallStirlingError(a);
}

function smallStirlingError(a: number): number {
  return logGamma(a + 1) - (a + 0.5) * Math.log(a) + a - HALF_LN_TWO_PI;
}

/** The same for 0, 1/2, 1, ... below 12: degrees of freedom are whole numbers. */
const HALVES = Float64Array.from({ length: 24 }, (_, i) => (i === 0 ? 0 : smallStirlingError(i / 2)));

/** x ln(x/m) + m - x without cancellation when x is near m (Loader 2000, "Fast and accurate computation of binomial probabilities"). */
function deviance(x: number, m: number): number {
  const d = x - m;
  if (Math.abs(d) >= 0.1 * (x + m)) return x * Math.log(x / m) - d;
  const v = d / (x + m);
  let sum = d * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
  return sum;
}

/** ln of m^x e^-m / Gamma(x+1), the Poisson mass extended to real x (Loader's saddle point form). */
export function logPoisson(x: number, m: number): number {
  if (m === 0) return x === 0 ? 0 : -Infinity;
  if (x === 0) return -m;
  if (x < 1e-8) return x * Math.log(m) - m - logGamma(x + 1);
  return -stirlingError(x) - deviance(x, m) - 0.5 * Math.log(2 * Math.PI * x);
}

/** ln of Gamma(n+1) / (Gamma(x+1) Gamma(n-x+1)) p^x q^(n-x) for real 0 < x < n; q is 1 - p. */
export function logBinomial(x: number, n: number, p: number, q: number): number {
  const y = n - x;
  if (x === 0) return n * Math.log(q);
  if (y === 0) return n * Math.log(p);
  if (x < 1e-8 || y < 1e-8) {
    return logGamma(n + 1) - logGamma(x + 1) - logGamma(y + 1) + x * Math.log(p) + y * Math.log(q);
  }
  const errors = stirlingError(n) - stirlingError(x) - stirlingError(y) - deviance(x, n * p) - deviance(y, n * q);
  return errors + 0.5 * (Math.log(n) - Math.log(2 * Math.PI * x) - Math.log(y));
}

/** Both regularised incomplete gamma functions; the smaller one is computed directly, so its tail keeps its digits. */
export function incompleteGamma(a: number, x: number): { lower: number; upper: number } {
  if (!(a > 0) || !(x >= 0)) return { lower: NaN, upper: NaN };
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  // x^a e^-x / Gamma(a+1)
  const front = Math.exp(logPoisson(a, x));
  if (x < a + 1) {
    const lower = Math.min(1, front * gammaSeries(a, x));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, front * a * gammaFraction(a, x));
  return { lower: 1 - upper, upper };
}

/** ln of the upper regularised incomplete gamma function; finite where the function itself underflows. */
export function logUpperGamma(a: number, x: number): number {
  if (x < a + 1) return Math.log(incompleteGamma(a, x).upper);
  return logPoisson(a, x) + Math.log(a * gammaFraction(a, x));
}

/** sum x^k / ((a+1) ... (a+k)), DLMF 8.7.1. */
function gammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 1_000_000; k += 1) {
    term *= x / (a + k);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/** Gamma(a, x) e^x x^-a by its continued fraction, DLMF 8.9.2, evaluated by Lentz's method. */
function gammaFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1_000_000; i += 1) {
    const numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return h;
}
