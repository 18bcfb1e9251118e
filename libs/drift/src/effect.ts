/** How far a window is from its reference, as PSI equivalent, corrected for the bias of finite samples. */
export interface Effect {
  readonly size: number;
  /** 90 % interval; it includes the error of the reference itself. */
  readonly low: number;
  readonly high: number;
}

/** One-sided error of each end of the interval. */
export const EFFECT_TAIL = 0.05;

/** The effect in words, against what the user called material. */
export function effectWords(effect: Effect, materiality: number): string {
  const { size, low } = effect;
  if (size < materiality / 2) return 'negligible';
  if (size < materiality) return 'below what matters';
  if (low < materiality) return 'perhaps material';
  if (size < 5 * materiality) return 'material';
  return size < 25 * materiality ? 'large' : 'very large';
}

/** Combines a bound on the distance to the estimated reference with the distance of that from the true one. */
export function widen(distance: number, ownError: number, sign: 1 | -1): number {
  return Math.max(0, Math.sqrt(distance) + sign * ownError) ** 2;
}
