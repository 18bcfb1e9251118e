import type { Effect } from './effect.js';
import type { FeatureKind } from './feature.js';
import type { SlotFamily } from './layout.js';
import type { FeatureQuality } from './quality.js';
import type { MovedCell } from './reporting.js';

/** The verdict of one window against its baseline. */
export interface WindowVerdict {
  readonly rows: number;
  /** False when the window was too small to judge; then nothing else says anything. */
  readonly judged: boolean;
  /** Some feature, the prediction or a quality rate moved further than the policy allows. */
  readonly alarming: boolean;
  /** Everything tested, most alarming first. The model's own output has family `prediction`. */
  readonly features: readonly FeatureVerdict[];
  readonly quality: readonly FeatureQuality[];
  readonly skipped: readonly { readonly feature: string; readonly reason: string }[];
  /** Limits of what this verdict promises, in sentences. */
  readonly notes: readonly string[];
}

export interface FeatureVerdict {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly family: SlotFamily;
  /** Rows with a valid value. */
  readonly n: number;
  /** Base windows summed for this result: the scale at which the feature stands out most. */
  readonly scale: number;
  readonly effect: Effect & {
    readonly words: string;
    /** What the effect measures: the whole distribution, one component or one cell. */
    readonly of: 'distribution' | 'location' | 'spread' | 'shape' | 'cell';
  };
  readonly pValue: number;
  /** -log10 of the p-value, finite also where the p-value underflows to 0. */
  readonly statistic: number;
  /** -log10 of the level this test may spend. */
  readonly threshold: number;
  readonly alarming: boolean;
  /**
   * Belongs to the list of what moved when the window is alarming: alarming itself, or an effect that reaches the
   * materiality and stands out from chance (Benjamini-Hochberg, false discovery rate 0.1). It never raises an alarm.
   */
  readonly moved: boolean;
  /** Name of the test that decided. */
  readonly test: string;
  readonly distances: Distances;
  readonly topCells: readonly MovedCell[];
}

export interface Distances {
  readonly psi: number;
  readonly kl: number;
  readonly jsDistanceBase2: number;
  readonly hellinger: number;
  readonly totalVariation: number;
  readonly lInfinity: number;
  /** Ordered features only. */
  readonly ks?: number;
  /** First Wasserstein distance in standard deviations of the reference; numeric features only. */
  readonly w1?: number;
}
