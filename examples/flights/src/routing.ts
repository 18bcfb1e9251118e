import { unit } from './random.js';

/** One arm of an endpoint, as it stands in the targets of `endpoint.state`. */
export interface Target {
  readonly version: string;
  /** Percent of the traffic. */
  readonly weight: number;
  readonly variant?: 'stable' | 'candidate' | 'shadow';
}

const SPLIT_SALT = 1;

/**
 * Decides which arm answers which flight. The same flight always gets the same draw, and the candidate owns the low
 * end of the range: when its weight grows it keeps the flights it had, and no flight goes back and forth.
 */
export class Splitter {
  private readonly arms: readonly Target[];
  private readonly upTo: readonly number[];

  constructor(targets: readonly Target[]) {
    const live = targets.filter((target) => target.weight > 0 && target.variant !== 'shadow');
    const sum = live.reduce((weights, target) => weights + target.weight, 0);
    if (sum <= 0) throw new RangeError('no target with a weight above zero');
    this.arms = live.sort((a, b) => rank(a) - rank(b) || (a.version < b.version ? -1 : 1));
    let reached = 0;
    this.upTo = this.arms.map((target) => (reached += target.weight) / sum);
  }

  of(row: number): Target {
    const draw = unit(row, SPLIT_SALT);
    for (let i = 0; i < this.upTo.length; i += 1) if (draw < this.upTo[i]!) return this.arms[i]!;
    return this.arms[this.arms.length - 1]!;
  }
}

function rank(target: Target): number {
  return target.variant === 'candidate' ? 0 : 1;
}
