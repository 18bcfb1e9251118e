import { consumerCheck, type LifecycleStep, type Platform } from '@drawbridge/service';
import type { MonitoringConfig } from './config.js';
import { DataPlane } from './monitoring.parts.js';
import { Database } from './persistence/database.js';

/** The data plane as parts that start in order and stop in reverse: intake, last flush, then closing. */
export function dataPlaneSteps(platform: Platform, config: MonitoringConfig): LifecycleStep[] {
  const { database, eventLog, log } = platform;
  if (database === undefined) throw new Error('monitoring needs a database');
  const plane = new DataPlane({
    config,
    database: new Database(database.source),
    eventLog,
    outbox: database.outbox,
    log,
    wake: () => platform.wake(),
    now: Date.now,
  });
  platform.addCheck(consumerCheck('intake', () => plane.intake.health()));
  let timer: NodeJS.Timeout | undefined;
  return [
    {
      name: 'closing',
      start() {
        timer = setInterval(() => plane.closer.poke(), config.tickMs);
        return Promise.resolve();
      },
      async stop() {
        clearInterval(timer);
        await plane.closer.settled();
      },
    },
    { name: 'intake', start: () => plane.intake.start(), stop: () => plane.intake.stop() },
  ];
}
