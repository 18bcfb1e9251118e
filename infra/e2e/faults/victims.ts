import { sleep } from '@drawbridge/testing';
import type { Place } from './fleet.js';
import type { World } from './world.js';

/** What a fault found: only those that found unfinished work prove anything. */
export interface Struck {
  all: number;
  /** Those that found records read and not stored, by log and database. */
  withUnflushed: number;
  /** Such records: in memory when the fault came, and counted all the same. */
  records: number;
}

export function nobodyStruck(): Struck {
  return { all: 0, withUnflushed: 0, records: 0 };
}

/** A process with something to lose, if there is one soon; else any. */
export async function busyOne(world: World, withinMs = 2500): Promise<Place> {
  const { dice, fleet } = world;
  const first = dice.pick(fleet.places);
  const others = fleet.places.filter((place) => place !== first);
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(30)) {
    for (const place of [first, ...others]) if (Object.keys(await world.unflushed(place.process)).length > 0) return place;
  }
  return first;
}

/** Notes what a process that is gone or frozen by now had read and not stored. */
export async function noteStruck(world: World, struck: Struck, name: string, process: Place['process']): Promise<void> {
  const open = await world.unflushed(process);
  const records = Object.values(open).reduce((sum, { read, stored }) => sum + read - stored, 0);
  struck.all += 1;
  struck.records += records;
  if (records > 0) struck.withUnflushed += 1;
  world.history.add('unflushed', { process: name, pid: process.pid, partitions: open });
}

/** Fewer than needed prove nothing. */
export function enough(struck: Struck, needed: number): string[] {
  if (struck.withUnflushed >= needed) return [];
  return [`only ${String(struck.withUnflushed)} of ${String(struck.all)} found unflushed work, ${String(needed)} are needed`];
}
