/**
 * A zero of an increasing or decreasing function between two points of opposite sign: bisection with secant steps
 * (regula falsi, Illinois variant) to the last bits. Returns the end whose value is nearer zero when signs agree.
 */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (fa > 0 === fb > 0) return Math.abs(fa) < Math.abs(fb) ? a : b;
  for (let i = 0; i < 200; i += 1) {
    const secant = b - (fb * (b - a)) / (fb - fa);
    const middle = (a + b) / 2;
    // Every third step halves, so that flat functions cannot stall the secant.
    const x = i % 3 === 2 || !(secant > Math.min(a, b) && secant < Math.max(a, b)) ? middle : secant;
    const fx = f(x);
    if (fx === 0) return x;
    if (fx > 0 === fb > 0) {
      b = x;
      fb = fx;
      fa /= 2;
    } else {
      a = x;
      fa = fx;
      fb /= 2;
    }
    if (Math.abs(b - a) <= 4e-16 * Math.max(Math.abs(a), Math.abs(b))) break;
  }
  return (a + b) / 2;
}
