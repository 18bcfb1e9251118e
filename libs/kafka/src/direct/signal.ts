/** Wakes everybody who waits for a change. Each waiter says which change it knew, so that none is missed in between. */
export class Signal {
  private waiters: (() => void)[] = [];
  private changes = 0;

  /** The number of the last change; read it before looking at what may change. */
  get version(): number {
    return this.changes;
  }

  fire(): void {
    this.changes += 1;
    for (const wake of this.waiters.splice(0)) wake();
  }

  /** Resolves when there was a change after `known`, or after a time. */
  async wait(known: number, timeoutMs: number): Promise<void> {
    if (this.changes !== known) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
      this.waiters.push(resolve);
    });
    clearTimeout(timer);
  }
}
