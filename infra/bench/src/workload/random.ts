/** Spreads a seed over the state of `Random`. */
function mixer(seed: number): () => number {
  let s = seed | 0;
  return () => {
    s = (s + 0x9e3779b9) | 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
}

/** sfc32 (C. Doty-Humphrey, "PractRand"): the same numbers for a seed on every version of Node. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare: number | undefined;

  constructor(seed: number) {
    const mix = mixer(seed);
    this.a = mix();
    this.b = mix();
    this.c = mix();
    this.d = mix();
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** 32 bits, unsigned. */
  next(): number {
    const { a, b, c, d } = this;
    const t = (a + b + d) | 0;
    this.d = (d + 1) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    this.c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** From 0 to below 1. */
  uniform(): number {
    return this.next() / 4_294_967_296;
  }

  /** Mean 0, standard deviation 1, by the polar method; its second value is the next call's. */
  gaussian(): number {
    if (this.spare !== undefined) {
      const y = this.spare;
      this.spare = undefined;
      return y;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const s = x * x + y * y;
      if (s <= 0 || s >= 1) continue;
      const f = Math.sqrt((-2 * Math.log(s)) / s);
      this.spare = y * f;
      return x * f;
    }
  }

  /** 0 to `k` - 1, small ones often: the popularity of models and categories. */
  rank(k: number): number {
    return Math.min(k - 1, Math.floor(Math.pow(k + 1, this.uniform())) - 1);
  }
}
