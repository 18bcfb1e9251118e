/** One group of rows with similar scores. */
export interface CalibrationBin {
  readonly rows: number;
  readonly meanScore: number;
  readonly positiveRate: number;
}

/**
 * Rows in score order cut into groups of equal size, for a reliability diagram. Rows with equal scores carry the mean
 * of their labels, so that a cut through them depends on nothing but the multiset of rows.
 */
export function calibrationBins(scores: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): CalibrationBin[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const outcome = meanLabels(order, scores, labels);
  const result: CalibrationBin[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const start = Math.floor((bin * order.length) / bins);
    const end = Math.floor(((bin + 1) * order.length) / bins);
    if (end === start) continue;
    let score = 0;
    let positive = 0;
    for (let i = start; i < end; i += 1) {
      score += scores[order[i]!]!;
      positive += outcome[i]!;
    }
    result.push({ rows: end - start, meanScore: score / (end - start), positiveRate: positive / (end - start) });
  }
  return result;
}

/** In score order: the label of each row, averaged over rows with the same score. */
function meanLabels(order: Uint32Array, scores: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  const means = new Float64Array(order.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    let sum = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) sum += labels[order[end++]!]!;
    means.fill(sum / (end - start), start, end);
    start = end;
  }
  return means;
}

/** Expected calibration error over ten groups of equal mass: mean distance of score and outcome, weighted by rows. */
export function calibrationError(scores: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): number {
  let sum = 0;
  for (const bin of calibrationBins(scores, labels, bins)) sum += bin.rows * Math.abs(bin.meanScore - bin.positiveRate);
  return scores.length === 0 ? 0 : sum / scores.length;
}
