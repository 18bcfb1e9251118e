/** How much may be under way at once. What does not fit is refused at once: a queue would only hide it. */
export class Admission {
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  get inFlightBytes(): number {
    return this.bytes;
  }

  /** Takes room for one request; undefined when there is none. What is returned gives the room back, once. */
  enter(bytes: number): (() => void) | undefined {
    // A request that is larger than everything is let in alone.
    if (this.bytes > 0 && this.bytes + bytes > this.limitBytes) return undefined;
    this.bytes += bytes;
    let held = true;
    return () => {
      if (held) this.bytes -= bytes;
      held = false;
    };
  }
}
