/** One group of rows with similar scores. */
export interface CalibrationBin {
  readonly rows: number;
  readonly meanScore: number;
  readonly positiveRate: number;
}

/** Rows in score order cut into groups of equal size, for a reliability diagram. Equal scores may fall into two groups. */
export function calibrationBins(scores: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): CalibrationBin[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  // Ties are ordered by label so that the result does not depend on the order of the rows.
  order.sort((a, b) => scores[a]! - scores[b]! || labels[a]! - labels[b]!);
  const result: CalibrationBin[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const start = Math.floor((bin * order.length) / bins);
    const end = Math.floor(((bin + 1) * order.length) / bins);
    if (end === start) continue;
    let score = 0;
    let label = 0;
    for (let i = start; i < end; i += 1) {
      score += scores[order[i]!]!;
      label += labels[order[i]!]!;
    }
    result.push({ rows: end - start, meanScore: score / (end - start), positiveRate: label / (end - start) });
  }
  return result;
}

/** Expected calibration error over ten groups of equal mass: mean distance of score and outcome, weighted by rows. */
export function calibrationError(scores: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): number {
  let sum = 0;
  for (const bin of calibrationBins(scores, labels, bins)) sum += bin.rows * Math.abs(bin.meanScore - bin.positiveRate);
  return scores.length === 0 ? 0 : sum / scores.length;
}
