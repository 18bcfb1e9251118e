import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import { type Experiment, NotRun, type Outcome, type Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import type { Place } from '../fleet.js';
import { T0, timing } from '../models.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import { busyOne, enough, nobodyStruck, noteStruck, type Struck } from '../victims.js';
import type { World } from '../world.js';

const PER_SECOND = 3000;
/** What a process believes, in hours ahead of the truth, one after the other. */
const AHEAD_HOURS = [1, 0, -1, 25, -25, 0] as const;
/** Event times begin so many windows before now and end before it: rows of the present, which a clock set back calls future. */
const WINDOWS_BEFORE_NOW = 48;
/** Half as many as there is room for: a slow machine takes longer over its faults, and sends more. */
const WINDOWS = 20;
const MOST_TRIES = 4;

/** libfaketime as distributions install it. */
function library(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime`) : [];
  return folders.map((folder) => join(folder, 'libfaketime.so.1')).find((path) => existsSync(path));
}

/** Wall clocks of single processes, each read from a file of its own. */
class WallClocks {
  constructor(
    private readonly world: World,
    private readonly preload: string,
  ) {}

  envOf(number: number): Record<string, string> {
    return {
      LD_PRELOAD: this.preload,
      FAKETIME_TIMESTAMP_FILE: this.file(number),
      FAKETIME_CACHE_DURATION: '1',
      // Only the time of day is anybody's to set.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }

  async set(number: number, aheadHours: number): Promise<void> {
    const file = this.file(number);
    await writeFile(`${file}.next`, `${aheadHours < 0 ? '-' : '+'}${String(Math.abs(aheadHours) * 3600)}\n`);
    // A file that is half written would be another time.
    await rename(`${file}.next`, file);
  }

  /** Sets the clock of a process and waits until it believes it. */
  async jump({ name, number, process }: Place, aheadHours: number): Promise<void> {
    this.world.history.add('clock', { process: name, pid: process.pid, aheadHours });
    await this.set(number, aheadHours);
    await eventually(`${name} believes that it is ${String(aheadHours)} h later`, async () => {
      const { headers } = await process.http().get('/health/live');
      const aheadMs = Date.parse(headers.get('date') ?? '') - Date.now();
      return Math.abs(aheadMs - aheadHours * 3_600_000) < 60_000;
    });
  }

  private file(number: number): string {
    return join(this.world.options.folder, `clock-${String(number)}`);
  }
}

async function setClocks(world: World, clocks: WallClocks, { faults, events }: Size, rows: () => number): Promise<Struck> {
  const struck = nobodyStruck();
  while (rows() < events || (struck.withUnflushed < faults && struck.all < MOST_TRIES * faults)) {
    await sleep(world.dice.between(1000, 2500));
    const place = await busyOne(world);
    await noteStruck(world, struck, place.name, place.process);
    await clocks.jump(place, AHEAD_HOURS[(struck.all - 1) % AHEAD_HOURS.length] ?? 0);
    // A consumer that its own clock silences would show here: the group is without it, or it without the group.
    await world.counting();
  }
  return struck;
}

/** What a wrong clock would have made up: alarms about silence, and rows that are called future. */
async function inventions(world: World): Promise<string[]> {
  const stalled = await world.box.collect('monitor.stalled', () => true, 60_000);
  const dead = await world.box.collect('monitoring.intake.dlq', () => true, 60_000);
  return [
    ...(stalled.length > 0 ? [`${String(stalled.length)} monitors were called stalled while rows came`] : []),
    ...(dead.length > 0 ? [`${String(dead.length)} records became dead letters`] : []),
  ];
}

export const clock: Experiment = {
  name: 'clock',
  about: 'the wall clocks of three processes jump by an hour and by a day, forwards and backwards; the rows are of the last hour',
  sizes: { short: { events: 45_000, faults: 6 }, long: { events: 300_000, faults: 30 } },
  async run(world: World, size: Size): Promise<Outcome> {
    const preload = library();
    if (preload === undefined) {
      throw new NotRun('libfaketime is not installed (apt-get install faketime), so nothing is known about clocks');
    }
    const clocks = new WallClocks(world, preload);
    await Promise.all([1, 2, 3].map((number) => clocks.set(number, 0)));
    await world.fleet.become(3, (number) => clocks.envOf(number));
    await world.openMonitors();
    const now = Math.floor((Date.now() - T0) / timing.windowMs);
    const notBefore = Math.floor((now - WINDOWS_BEFORE_NOW) / 8) * 8;
    const rowsPerWindow = Math.ceil(size.events / WINDOWS);
    const load = { name: 'clock', perSecond: PER_SECOND, least: size.events, notBefore, rowsPerWindow };
    const struck = await underLoad(world, load, (rows) => setClocks(world, clocks, size, rows));
    await untilQuiet(world);
    const findings = await check(world);
    return {
      figures: { ...figuresOf(findings), faults: struck.all, faultsThatCounted: struck.withUnflushed, unflushedRecords: struck.records },
      failures: [...findings.problems, ...enough(struck, size.faults), ...(await inventions(world))],
    };
  },
};
