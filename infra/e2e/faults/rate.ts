import { sleep } from '@drawbridge/testing';
import type { World } from './world.js';

/** At one moment: how many records were sent, and how many of them were counted. */
export interface Sample {
  readonly ms: number;
  readonly sent: number;
  readonly counted: number;
}

export interface Rate {
  readonly sentPerSecond: number;
  readonly countedPerSecond: number;
  /** Fewest records that were sent and not counted: without any, the service was not at its limit. */
  readonly leastBacklog: number;
}

const EVERY_MS = 150;

/**
 * Counts come in flushes of thousands of records. So the rate of counting is taken from one flush to another: a flush cut off by an
 * end of the time would be an error of its size.
 */
export function rateOf(samples: readonly Sample[]): Rate {
  const flushes = samples.filter(({ counted }, index) => index > 0 && counted !== samples[index - 1]!.counted);
  return {
    sentPerSecond: between(samples, ({ sent }) => sent),
    countedPerSecond: between(flushes, ({ counted }) => counted),
    leastBacklog: Math.min(...samples.map(({ sent, counted }) => sent - counted)),
  };
}

function between(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.ms === first.ms) return 0;
  return ((value(last) - value(first)) * 1000) / (last.ms - first.ms);
}

/** Watches for so long. */
export async function rateDuring(world: World, forMs: number): Promise<Rate> {
  const samples: Sample[] = [];
  for (const end = performance.now() + forMs; performance.now() < end; await sleep(EVERY_MS)) {
    const asked = performance.now();
    const counted = await world.stored();
    // True somewhere between question and answer.
    samples.push({ ms: (asked + performance.now()) / 2, sent: world.ledger.records, counted });
  }
  return rateOf(samples);
}
