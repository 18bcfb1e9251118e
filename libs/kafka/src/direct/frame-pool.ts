/** Smaller answers are not worth keeping. */
const LEAST_BYTES = 64 * 1024;
/** Sizes are rounded up, so that an answer a little longer than the last one finds room. */
const STEP_BYTES = 1024 * 1024;
/** One that is read, one that is being filled, and one that a slow handler still holds. */
const MOST_FREE = 3;

/**
 * Memory of answers, used again when nobody reads it any more. New memory for each of them would be cheap by itself, but a
 * few of them make the runtime look through its whole heap for garbage.
 */
export class FramePool {
  private readonly free: Buffer[] = [];

  /** A frame of this length, with anything in it. */
  take(bytes: number): Buffer {
    if (bytes < LEAST_BYTES) return Buffer.allocUnsafeSlow(bytes);
    // The smallest that fits, or a small answer would hold what a large one needs.
    let at = -1;
    this.free.forEach(({ length }, i) => {
      if (length >= bytes && (at < 0 || length < this.free[at]!.length)) at = i;
    });
    const [found] = at < 0 ? [] : this.free.splice(at, 1);
    return (found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES)).subarray(0, bytes);
  }

  /** For a frame that `take` gave: its memory is used again when all who hold it have let go. */
  claim(frame: Buffer): Claim {
    return new Claim(() => this.give(frame));
  }

  private give({ buffer }: Buffer): void {
    if (buffer.byteLength < STEP_BYTES) return;
    if (this.free.length === MOST_FREE) this.free.shift();
    this.free.push(Buffer.from(buffer as ArrayBuffer));
  }
}

/** Held by one to begin with. Whoever forgets to let go keeps the memory from being used again, and does no other harm. */
export class Claim {
  private holders = 1;

  constructor(private readonly ended: () => void) {}

  hold(): void {
    if (this.holders === 0) throw new Error('the memory of a frame was given back already');
    this.holders += 1;
  }

  release(): void {
    if (this.holders === 0) throw new Error('a frame was let go more often than it was held');
    this.holders -= 1;
    if (this.holders === 0) this.ended();
  }
}
