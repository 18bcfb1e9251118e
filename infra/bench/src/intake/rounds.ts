/** What a child process printed. */
export interface Reading {
  readonly events: number;
  readonly cpuMicroseconds: number;
  readonly wallMs: number;
  readonly peakRssMiB: number;
  readonly counted: number;
  /** Events by the way they were decoded, of those that tell. */
  readonly tiers?: Readonly<Record<string, number>>;
  /** With the start of the process and its warm-up, of those that tell. */
  readonly wholeCpuMicroseconds?: number;
}

export interface Figure {
  /** Median of the rounds, microseconds of processor time per event. */
  readonly median: number;
  /** Of the middle rounds, the highest over the lowest, less one; the lowest and highest round are left out from five rounds on. */
  readonly spread: number;
  readonly eventsPerCpuSecond: number;
  readonly peakRssMiB: number;
  readonly rounds: readonly number[];
}

export const MOST_SPREAD = 0.2;

export function figureOf(readings: readonly Reading[]): Figure {
  const rounds = readings.map(({ cpuMicroseconds, events }) => cpuMicroseconds / events);
  const sorted = rounds.toSorted((a, b) => a - b);
  const middle = sorted.length >= 5 ? sorted.slice(1, -1) : sorted;
  const median = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  return {
    median: rounded(median),
    spread: rounded(middle.at(-1)! / middle[0]! - 1),
    eventsPerCpuSecond: Math.round(1e6 / median),
    peakRssMiB: Math.max(...readings.map(({ peakRssMiB }) => peakRssMiB)),
    rounds: rounds.map(rounded),
  };
}

/** Runs every measurement once per round, one after the other, so that what else the machine does strikes all alike. */
export async function interleaved<T extends { readonly name: string }>(
  measurements: readonly T[],
  rounds: number,
  measure: (one: T) => Promise<Reading>,
  afterRound: (round: number) => Promise<void> = () => Promise.resolve(),
): Promise<Map<string, Reading[]>> {
  const readings = new Map<string, Reading[]>(measurements.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of measurements) readings.get(one.name)!.push(await measure(one));
    await afterRound(round);
  }
  return readings;
}

function rounded(x: number): number {
  return Number(x.toFixed(3));
}
