import type { Experiment, Outcome, Size } from '../experiment.js';
import type { Truth } from '../ledger.js';
import { untilStill } from '../quiet.js';
import type { World } from '../world.js';
import { sendUnderKills } from './kills.js';

export const naive: Experiment = {
  name: 'naive',
  about: 'the control: the same code and the same kills, but Kafka is told the position after the transaction, as is usual',
  control: true,
  sizes: { short: { events: 10_000, faults: 2 }, long: { events: 150_000, faults: 10 } },
  async run(world: World, size: Size): Promise<Outcome> {
    await world.fleet.become(3, () => ({ DRAWBRIDGE_MONITORING_COMMIT: 'after' }));
    await world.openMonitors();
    const struck = await sendUnderKills(world, 'naive', size);
    await untilStill(world);
    const { windows, windowError, wrongWindows } = await compareParts(world, await world.ledger.truth());
    return {
      figures: { sent: world.ledger.records, windows, windowError, wrongWindows, faults: struck.all, records: await world.stored() },
      failures: windowError > 0 ? [] : ['the control came out exact: these kills prove nothing'],
    };
  },
};

/** Its windows may never close, so what was counted is compared, closed or not. */
async function compareParts(world: World, truth: Truth): Promise<{ windows: number; windowError: number; wrongWindows: number }> {
  const found = await world.box.query<{ monitor_id: string; start_at: Date; n: string }>(
    'monitoring',
    'SELECT monitor_id, start_at, sum(n) AS n FROM window_parts GROUP BY monitor_id, start_at',
  );
  const counted = new Map(found.map(({ monitor_id, start_at, n }) => [`${monitor_id} ${String(start_at.getTime())}`, Number(n)]));
  let windows = 0;
  let windowError = 0;
  let wrongWindows = 0;
  for (const [model, expected] of truth) {
    for (const [startMs, { n }] of expected.windows) {
      const error = Math.abs(n - (counted.get(`${world.monitors.get(model) ?? ''} ${String(startMs)}`) ?? 0));
      windows += 1;
      windowError += error;
      if (error > 0) wrongWindows += 1;
    }
  }
  return { windows, windowError, wrongWindows };
}
