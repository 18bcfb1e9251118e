import { eventually, onServer, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { type Rate, rateDuring } from '../rate.js';
import type { World } from '../world.js';

const OVERLOAD = 3;
/** What the sender makes of it: beyond this it was too slow for the machine. */
const LEAST_OVERLOAD = 2.7;
const LEAST_GOODPUT = 0.9;
/** Records that always wait while the capacity is measured. */
const BACKLOG = 60_000;
/** Before that: a process that has just started is slower. */
const WARM_UP_MS = 4000;
const ROWS_PER_WINDOW = 8000;
/**
 * What the service may keep in its heap, a little more than twice what it needs: left alone, V8 clears up the later the more memory a
 * machine has, and whatever piled up would look the same. Who keeps what cannot be counted ends here.
 */
const HEAP_MIB = 192;
/** The same for what lies outside of the heap, as the bytes of records do. */
const MOST_GROWTH_MIB = 192;

/**
 * A database that stores so many records in a second and no more. The sender shares the machine: were the processor the limit,
 * three times the load would take a part of it away from the service, and the capacity would be another one.
 */
const SLOW_SECONDS_PER_RECORD = 0.0002;

async function slowDown(world: World): Promise<void> {
  await onServer(world.box.migrationUrl('monitoring'), async (client) => {
    await client.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep((NEW.next - OLD.next) * ${String(SLOW_SECONDS_PER_RECORD)}); RETURN NEW; END $$`);
    await client.query(`CREATE TRIGGER slow BEFORE UPDATE ON consumer_offsets FOR EACH ROW
      WHEN (NEW.topic = 'prediction.logged' AND NEW.next > OLD.next) EXECUTE FUNCTION slow()`);
  });
}

/** Memory of the service as it says itself, while something goes on. */
class MemoryWatch {
  private peak = 0;
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly world: World) {
    this.running = this.run();
  }

  /** In MiB. */
  async stop(): Promise<number> {
    this.stopped = true;
    await this.running;
    return Math.round(this.peak / 2 ** 20);
  }

  private async run(): Promise<void> {
    for (let look = 0; !this.stopped; look += 1, await sleep(500)) {
      const answer = await this.world.fleet.places[0]?.process.http().get<string>('/metrics');
      const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(String(answer?.body))?.[1];
      this.peak = Math.max(this.peak, Number(bytes ?? 0));
      if (look % 10 === 0) this.world.history.add('memory', { bytes: Number(bytes ?? 0) });
    }
  }
}

/** As fast as the service counts, a backlog always before it. */
async function capacityOf(world: World, forMs: number): Promise<Rate> {
  const load = world.load('capacity', { rowsPerWindow: ROWS_PER_WINDOW });
  const sent = world.sender.run(load, { perSecond: Infinity, hold: world.behind(BACKLOG) });
  try {
    await world.counting();
    const waiting = async (): Promise<boolean> => world.ledger.records - (await world.stored()) >= BACKLOG / 2;
    await eventually('a backlog waits', waiting, 60_000, 100);
    await rateDuring(world, WARM_UP_MS);
    return await rateDuring(world, forMs);
  } finally {
    load.end();
    await sent;
  }
}

async function overloaded(world: World, perSecond: number, forMs: number): Promise<Rate> {
  const load = world.load('overload', { rowsPerWindow: ROWS_PER_WINDOW });
  const sent = world.sender.run(load, { perSecond });
  try {
    return await rateDuring(world, forMs);
  } finally {
    load.end();
    await sent;
  }
}

export const overload: Experiment = {
  name: 'overload',
  about: 'three times as many predictions as can be counted are sent for a while',
  // Its size is a time: the rows are as many as the capacity makes of it.
  sizes: { short: { events: 0, faults: 15 }, long: { events: 0, faults: 120 } },
  env: {
    // A flush takes as long as it has records: those of one batch, or a few of them would be all that is seen of the capacity.
    DRAWBRIDGE_MONITORING_FLUSH_RECORDS: '2000',
    NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MIB)}`,
  },
  async run(world: World, { faults: seconds }: Size): Promise<Outcome> {
    await world.fleet.become(1);
    await world.openMonitors();
    await slowDown(world);
    const atCapacity = new MemoryWatch(world);
    const before = await capacityOf(world, Math.max(10_000, seconds * 250));
    const usualMiB = await atCapacity.stop();
    world.history.add('capacity', { ...before, usualMiB });
    if (before.countedPerSecond === 0) throw new Error('nothing was counted while the capacity was measured');
    const atOverload = new MemoryWatch(world);
    const during = await overloaded(world, before.countedPerSecond * OVERLOAD, seconds * 1000);
    world.history.add('overloaded', { ...during });
    const since = performance.now();
    await untilQuiet(world, 900_000);
    const catchUpMs = Math.round(performance.now() - since);
    const peakMiB = await atOverload.stop();
    const findings = await check(world);
    const offered = during.sentPerSecond / before.countedPerSecond;
    const goodput = during.countedPerSecond / before.countedPerSecond;
    return {
      figures: {
        ...figuresOf(findings),
        overloadSeconds: seconds,
        capacityPerSecond: Math.round(before.countedPerSecond),
        offeredPerSecond: Math.round(during.sentPerSecond),
        goodputPerSecond: Math.round(during.countedPerSecond),
        offered: Number(offered.toFixed(2)),
        goodput: Number(goodput.toFixed(3)),
        usualMiB,
        peakMiB,
        catchUpMs,
      },
      failures: [
        ...findings.problems,
        ...(before.leastBacklog > 0 ? [] : ['the sender was slower than the service: its capacity is not known']),
        ...(offered >= LEAST_OVERLOAD ? [] : [`only ${offered.toFixed(2)} times the capacity was sent: the machine is too slow`]),
        ...(goodput >= LEAST_GOODPUT ? [] : [`under overload only ${(goodput * 100).toFixed(1)} % of the capacity was counted`]),
        ...(peakMiB - usualMiB <= MOST_GROWTH_MIB ? [] : [`memory grew from ${String(usualMiB)} to ${String(peakMiB)} MiB`]),
      ],
    };
  },
};
