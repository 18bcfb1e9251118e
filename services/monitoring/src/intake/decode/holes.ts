/** What a hole holds. A long number has more digits than a double and may be off by its last bit. */
export const KIND = { number: 0, longNumber: 1, null: 2, true: 3, false: 4, text: 5 } as const;

/** Values of one event by hole; overwritten by the next one. */
export class Holes {
  readonly kind: Uint8Array;
  readonly number: Float64Array;
  /** Position of the value, a text without its quotes. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** `hashOf` a text. */
  readonly hash: Int32Array;

  constructor(size: number) {
    this.kind = new Uint8Array(size);
    this.number = new Float64Array(size);
    this.start = new Int32Array(size);
    this.end = new Int32Array(size);
    this.hash = new Int32Array(size);
  }
}
