/**
 * A zero of a continuous function between two points of opposite sign (Brent 1973: inverse quadratic and secant steps,
 * findRootion where they do not help), to a relative tolerance. Returns the end whose value is nearer zero when the
 * signs agree.
 */
export function findRoot(f: (x: number) => number, low: number, high: number, tolerance = 1e-15): number {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  if (fa > 0 === fb > 0 && fa !== 0 && fb !== 0) return Math.abs(fa) < Math.abs(fb) ? a : b;
  // c is the last point on the other side of the root from b, which is the best guess.
  let c = a;
  let fc = fa;
  let step = b - a;
  let previous = step;
  for (let i = 0; i < 200; i += 1) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const enough = tolerance * Math.max(Math.abs(b), Number.MIN_VALUE) + Number.MIN_VALUE;
    const middle = (c - b) / 2;
    if (Math.abs(middle) <= enough || fb === 0) return b;
    const candidate = Math.abs(previous) > enough && Math.abs(fa) > Math.abs(fb) ? interpolate(a, b, c, fa, fb, fc) : NaN;
    const inside = candidate * middle > 0 && Math.abs(candidate) < Math.min(1.5 * Math.abs(middle), Math.abs(previous) / 2);
    previous = inside ? step : middle;
    step = inside ? candidate : middle;
    a = b;
    fa = fb;
    b += Math.abs(step) > enough ? step : Math.sign(middle) * enough;
    fb = f(b);
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = b - a;
      previous = step;
    }
  }
  return b;
}

/** Step from b towards the root: through three points where they differ, else through two. */
function interpolate(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  if (a === c) return (-fb * (b - a)) / (fb - fa);
  const r = fb / fc;
  const s = fb / fa;
  const t = fa / fc;
  const p = s * (t * (r - t) * (c - b) - (1 - r) * (b - a));
  const q = (t - 1) * (r - 1) * (s - 1);
  return p / q;
}
