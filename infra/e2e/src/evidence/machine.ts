import { cpus, platform, release, totalmem } from 'node:os';

/** Where figures were taken. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** One-minute load before anything was started: above a fraction of the cores, the times are not the machine's best. */
  readonly loadBefore: number;
}

export function thisMachine(loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()}`,
    node: process.version,
    loadBefore: Number(loadBefore.toFixed(2)),
  };
}
