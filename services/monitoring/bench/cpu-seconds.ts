import { readdirSync, readFileSync } from 'node:fs';

/** Processor seconds of a process and its living children, of children that ended too. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(name) !== pid && Number(fields[1]) !== pid) continue;
      const own = Number(fields[11]) + Number(fields[12]);
      ticks += Number(name) === pid ? own + Number(fields[13]) + Number(fields[14]) : own;
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / 100;
}
