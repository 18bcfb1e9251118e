import { eventually, sleep } from '@drawbridge/testing';
import { check } from '../checker.js';
import type { Experiment, Outcome, Size } from '../experiment.js';
import { figuresOf } from '../figures.js';
import { untilQuiet } from '../quiet.js';
import { underLoad } from '../under-load.js';
import type { World } from '../world.js';

const PER_SECOND = 5000;

export const scale: Experiment = {
  name: 'scale',
  about: 'from one process to three and back to one under load; the lag that scalers read comes and goes',
  sizes: { short: { events: 60_000, faults: 2 }, long: { events: 200_000, faults: 2 } },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(1);
    await world.openMonitors();
    const watch = new LagWatch(world);
    await underLoad(world, { name: 'scale', perSecond: PER_SECOND, least: size.events }, async (rows) => {
      await eventually('a third is sent', () => rows() >= size.events / 3, 300_000, 100);
      await world.fleet.become(3);
      await eventually('two thirds are sent', () => rows() >= (size.events * 2) / 3, 300_000, 100);
      await world.fleet.become(1);
    });
    const peak = await watch.stop();
    await untilQuiet(world);
    const failures: string[] = [];
    if (peak === 0) failures.push('Kafka never showed any lag of the group under load');
    await eventually('Kafka shows no lag of the group', async () => (await world.groupLag()) === 0, 30_000, 200).catch((error: Error) =>
      failures.push(error.message),
    );
    await eventually('/metrics shows no lag', async () => (await metric(world)) === 0, 40_000, 500).catch((error: Error) =>
      failures.push(error.message),
    );
    const findings = await check(world);
    return { figures: { ...figuresOf(findings), peakLag: peak }, failures: [...findings.problems, ...failures] };
  },
};

/** Asks Kafka for the lag of the group now and then, as a scaler does. */
class LagWatch {
  private peak = 0;
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly world: World) {
    this.running = this.run();
  }

  async stop(): Promise<number> {
    this.stopped = true;
    await this.running;
    return this.peak;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.peak = Math.max(this.peak, await this.world.groupLag());
      await sleep(500);
    }
  }
}

/** The gauge of the first process. */
async function metric(world: World): Promise<number | undefined> {
  const answer = await world.fleet.places[0]?.process.http().get<string>('/metrics');
  const line = /^drawbridge_monitoring_consumer_lag_messages\{[^}]*topic="prediction\.logged"[^}]*\} (\d+)$/m.exec(String(answer?.body));
  return line?.[1] === undefined ? undefined : Number(line[1]);
}
