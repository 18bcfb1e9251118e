/** The queue is full. */
export class QueueFull extends Error {}

/**
 * Lets one run after the other into the runtime, which uses the event loop's own thread, and bounds how many wait: a
 * caller who would wait too long is told so at once.
 */
export class InferenceQueue {
  private waiting = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly limit: number) {}

  get length(): number {
    return this.waiting;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.limit) throw new QueueFull(`${this.limit} requests are waiting`);
    this.waiting += 1;
    const turn = this.tail.then(work);
    // The next one waits for this one's end, not for its success.
    this.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
    }
  }
}
