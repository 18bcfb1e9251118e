import { normalIsf } from '../special/normal.js';

/** Area under the ROC curve by mid-ranks (Mann and Whitney 1947); null when only one class occurs. */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  const { ranks, positives, negatives } = midRanks(scores, labels);
  if (positives === 0 || negatives === 0) return null;
  let sum = 0;
  for (let i = 0; i < ranks.length; i += 1) if (labels[i] === 1) sum += ranks[i]!;
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** AUC with a normal interval from its placement variance (DeLong, DeLong and Clarke-Pearson 1988; ranks as in Sun and Xu 2014). */
export function aucInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  error = 0.05,
): { auc: number; se: number; low: number; high: number } | null {
  const { ranks, positives, negatives } = midRanks(scores, labels);
  if (positives < 2 || negatives < 2) return null;
  // A row's placement: the share of the other class on its right side, from its ranks among all and among its own.
  const own = ownRanks(scores, labels);
  let positiveSum = 0;
  let positiveSquares = 0;
  let negativeSum = 0;
  let negativeSquares = 0;
  for (let i = 0; i < ranks.length; i += 1) {
    const among = ranks[i]! - own[i]!;
    if (labels[i] === 1) {
      const placement = among / negatives;
      positiveSum += placement;
      positiveSquares += placement * placement;
    } else {
      const placement = 1 - among / positives;
      negativeSum += placement;
      negativeSquares += placement * placement;
    }
  }
  const area = positiveSum / positives;
  const variance =
    sampleVariance(positiveSum, positiveSquares, positives) / positives +
    sampleVariance(negativeSum, negativeSquares, negatives) / negatives;
  const se = Math.sqrt(Math.max(0, variance));
  const margin = normalIsf(error / 2) * se;
  return { auc: area, se, low: Math.max(0, area - margin), high: Math.min(1, area + margin) };
}

function sampleVariance(sum: number, squares: number, count: number): number {
  return (squares - (sum * sum) / count) / (count - 1);
}

function midRanks(scores: ArrayLike<number>, labels: ArrayLike<number>) {
  let positives = 0;
  for (let i = 0; i < labels.length; i += 1) positives += labels[i]!;
  const all = Uint32Array.from({ length: scores.length }, (_, i) => i);
  return { ranks: ranksOf(scores, all), positives, negatives: scores.length - positives };
}

/** Mid-rank of each row among the rows of its own class. */
function ownRanks(scores: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  const result = new Float64Array(scores.length);
  for (const label of [0, 1]) {
    const rows = Uint32Array.from(Array.from({ length: scores.length }, (_, i) => i).filter((i) => (labels[i] === 1) === (label === 1)));
    const ranks = ranksOf(scores, rows);
    for (const row of rows) result[row] = ranks[row]!;
  }
  return result;
}

/** Mid-ranks, from 1, of the given rows among each other; 0 elsewhere. */
function ranksOf(scores: ArrayLike<number>, rows: Uint32Array): Float64Array {
  const ranks = new Float64Array(scores.length);
  const order = rows.slice().sort((a, b) => scores[a]! - scores[b]!);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    for (let i = start; i < end; i += 1) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
