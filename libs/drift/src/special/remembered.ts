/** Results that are kept of one function. Levels, tails and degrees of freedom are few; what else comes is not worth more. */
const MOST = 1000;

/**
 * The same function of one or two numbers, which remembers what it found: quantiles take many steps, and every window
 * of every model asks for the same few again. All are forgotten when they become too many.
 */
export function remembered(compute: (x: number, y: number) => number): (x: number, y?: number) => number {
  const known = new Map<number, Map<number, number>>();
  let size = 0;
  return (x, y = 0) => {
    const found = known.get(y)?.get(x);
    if (found !== undefined) return found;
    const result = compute(x, y);
    if (size === MOST) {
      known.clear();
      size = 0;
    }
    const ofY = known.get(y) ?? new Map<number, number>();
    known.set(y, ofY.set(x, result));
    size += 1;
    return result;
  };
}
