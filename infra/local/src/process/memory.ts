import { readdirSync, readFileSync } from 'node:fs';

function parents(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const text = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      continue;
    }
  }
  return children;
}

/** The processes and everything below them. */
export function processTree(roots: readonly number[]): number[] {
  const children = parents();
  const found = new Set<number>();
  const queue = [...roots];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return [...found];
}

/** Proportional set size in bytes: memory shared by n processes counts 1/n in each, so sums are true. */
export function pssOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

export interface PssSampler {
  /** Largest sum seen so far, in bytes; 0 where the system has no /proc. */
  peak(): number;
  /** What each named root and all below it weighed at the moment of the largest sum, in bytes. */
  parts(): Readonly<Record<string, number>>;
  stop(): void;
}

/** Samples the memory of whole process trees until it is stopped. The roots are asked for each time: processes restart. */
export function peakPss(roots: () => Readonly<Record<string, number>>, everyMs = 1000): PssSampler {
  let peak = 0;
  let parts: Record<string, number> = {};
  const sample = (): void => {
    let now: Record<string, number>;
    try {
      const counted = new Set<number>();
      now = Object.fromEntries(
        Object.entries(roots()).map(([name, root]) => {
          const own = processTree([root]).filter((pid) => !counted.has(pid));
          for (const pid of own) counted.add(pid);
          return [name, own.reduce((sum, pid) => sum + pssOf(pid), 0)];
        }),
      );
    } catch {
      return;
    }
    const sum = Object.values(now).reduce((total, bytes) => total + bytes, 0);
    if (sum > peak) {
      peak = sum;
      parts = now;
    }
  };
  sample();
  const timer = setInterval(sample, everyMs);
  timer.unref();
  return { peak: () => peak, parts: () => parts, stop: () => clearInterval(timer) };
}
