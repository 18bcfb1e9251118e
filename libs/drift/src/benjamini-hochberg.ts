/** Adjusted p-values of Benjamini and Hochberg (1995), in the order given. */
export function adjustedPValues(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!);
  const adjusted = pValues.map(() => 1);
  let least = 1;
  order.forEach((index, fromTop) => {
    const rank = pValues.length - fromTop;
    least = Math.min(least, (pValues[index]! * pValues.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}

/** Which hypotheses are rejected at a false discovery rate. */
export function benjaminiHochberg(pValues: readonly number[], rate: number): boolean[] {
  return adjustedPValues(pValues).map((p) => p <= rate);
}
