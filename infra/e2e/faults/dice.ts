/** Numbers that look random and are the same for a seed in every run. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
    // Neighbouring seeds begin alike.
    for (let i = 0; i < 8; i += 1) this.uniform();
  }

  /** From 0 to below 1. */
  uniform(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 4_294_967_296;
  }

  between(least: number, most: number): number {
    return least + this.uniform() * (most - least);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[Math.floor(this.uniform() * list.length)];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  }
}
