/** Places where a crash test may kill the process. */
export type Failpoint = 'relay.before-send' | 'relay.after-send' | 'answer.before-keep';

/**
 * Kills the process with SIGKILL at a named place, for crash tests. `DRAWBRIDGE_FAILPOINTS` lists `name` (the first
 * time) or `name:n` (the n-th time), separated by commas; without the variable nothing ever happens.
 */
export class Failpoints {
  private readonly left = new Map<string, number>();

  constructor(setting: string | undefined = process.env['DRAWBRIDGE_FAILPOINTS']) {
    for (const entry of (setting ?? '').split(',')) {
      const [name, times = '1'] = entry.trim().split(':');
      if (name !== undefined && name !== '') this.left.set(name, Math.max(1, Number(times)));
    }
  }

  hit(name: Failpoint): void {
    const left = this.left.get(name);
    if (left === undefined) return;
    if (left > 1) this.left.set(name, left - 1);
    else process.kill(process.pid, 'SIGKILL');
  }
}
