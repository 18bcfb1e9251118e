import { eventually } from '@drawbridge/testing';
import type { World } from './world.js';

/** More unread records than this make the sender wait: a service that spends its time starting is not buried. */
const MOST_BEHIND = 60_000;

export interface LoadUnderWork {
  readonly name: string;
  readonly perSecond: number;
  readonly least: number;
  readonly rowsPerWindow?: number;
  readonly notBefore?: number;
}

/**
 * Sends a load at a steady pace for as long as the work goes on, and at least so many rows. The work begins when the first rows are
 * counted, and is told how many were sent.
 */
export async function underLoad<T>(
  world: World,
  { name, perSecond, least, rowsPerWindow = 2000, notBefore = 0 }: LoadUnderWork,
  work: (rows: () => number) => Promise<T>,
): Promise<T> {
  const load = world.load(name, { rowsPerWindow, notBefore });
  const sent = world.sender.run(load, { perSecond, hold: world.behind(MOST_BEHIND) });
  try {
    await world.counting();
    const result = await work(() => load.rows);
    await eventually('the whole load is sent', () => load.rows >= least, 600_000, 100);
    return result;
  } finally {
    load.end();
    await sent;
  }
}
