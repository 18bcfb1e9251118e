import { eventually, sleep } from '@drawbridge/testing';
import type { World } from './world.js';

/** Waits until all that was sent is counted, every window is closed and everything is published. */
export async function untilQuiet(world: World, timeoutMs = 120_000): Promise<void> {
  const { box, fleet, history } = world;
  await eventually('every process is ready', () => fleet.ready(), timeoutMs, 200);
  await eventually('everything is read', async () => (await unread(world)) === 0, timeoutMs, 200);
  let quietLooks = 0;
  await eventually(
    'every window is closed and announced',
    async () => {
      const [row] = await box.query<{ n: string }>(
        'monitoring',
        `SELECT (SELECT count(*) FROM windows WHERE status = 'open') + (SELECT count(*) FROM window_changes WHERE cause = 'late')
           + (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS n`,
      );
      quietLooks = Number(row?.n) === 0 ? quietLooks + 1 : 0;
      return quietLooks >= 2;
    },
    timeoutMs,
    200,
  );
  history.add('quiet');
}

/** For a control whose positions mean nothing: nothing more is counted for a while. */
export async function untilStill(world: World): Promise<void> {
  await eventually('every process is ready', () => world.fleet.ready(), 60_000, 200);
  await eventually('everything is counted at least once', async () => (await world.stored()) >= world.ledger.records, 60_000, 200);
  for (let before = -1, now = await world.stored(); now !== before; now = await world.stored()) {
    before = now;
    await sleep(2500);
  }
  world.history.add('still');
}

async function unread(world: World): Promise<number> {
  const [ends, positions] = await Promise.all([world.ends(), world.positions()]);
  return [...ends].reduce((sum, [partition, end]) => sum + end - (positions.get(partition) ?? 0), 0);
}
