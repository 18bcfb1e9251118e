import { consumerCheck, type LifecycleStep, type Platform } from '@drawbridge/service';
import type { ReadFreshness } from './commands/read-freshness.js';
import type { MonitoringConfig } from './config.js';
import { batchTopic } from './intake/batch.topic.js';
import { LABEL_GROUP } from './intake/label.intake.js';
import { inOwnGroups } from './intake/own-groups.js';
import { predictionTopic } from './intake/prediction.topic.js';
import { DataPlane } from './monitoring.parts.js';
import { Database } from './persistence/database.js';
import type { DatabaseClock } from './persistence/database-clock.js';
import { Repeating } from './repeating.js';

const STALL_LOOK_MS = 10_000;
/** The ends of the topics are seen this often. */
const FRESHNESS_MS = 1000;
/** For so long at most a clock of this process that was set may be believed. */
const CLOCK_MS = 1000;
/** Joining and evaluating rest this many times as long as they worked, so that labels never crowd out predictions. */
const REST = 2;

/** The data plane as parts that start in order and stop in reverse: intake with its last flush first, closing last. */
export function dataPlaneSteps(
  platform: Platform,
  freshness: ReadFreshness,
  clock: DatabaseClock,
  config: MonitoringConfig,
): LifecycleStep[] {
  const { database, eventLog, log } = platform;
  if (database === undefined) throw new Error('monitoring needs a database');
  const plane = new DataPlane({
    config,
    database: new Database(database.source),
    eventLog: config.intake.ownGroups === undefined ? eventLog : inOwnGroups(eventLog, config.intake.ownGroups),
    outbox: database.outbox,
    log,
    wake: () => platform.wake(),
    now: () => clock.now(),
  });
  platform.addCheck(consumerCheck('intake', () => plane.intake.health()));
  platform.addCheck(consumerCheck('batches', () => plane.batches.health()));
  platform.addCheck(consumerCheck('labels', () => plane.labels.health()));
  platform.addCheck({ name: 'intake writes', check: () => plane.setbacks.predictions.health() });
  platform.addCheck({ name: 'batch writes', check: () => plane.setbacks.batches.health() });
  platform.addCheck({ name: 'label writes', check: () => plane.setbacks.labels.health() });
  for (const { group, name } of [predictionTopic, batchTopic]) platform.gauges.watch(group, [name]);
  platform.gauges.watch(LABEL_GROUP, ['label.received']);
  const closing = new Repeating(() => Promise.resolve(plane.closer.poke()), config.tickMs, 0, log);
  const evaluating = new Repeating(() => plane.evaluator.run(), config.evaluateMs, REST, log);
  const joining = new Repeating(() => plane.joiner.run(), config.evaluateMs, REST, log);
  const stalls = new Repeating(() => plane.stalls.run(), Math.min(STALL_LOOK_MS, config.stallMs), 0, log);
  const asking = new Repeating(() => clock.ask(), CLOCK_MS, 0, log);
  const looking = new Repeating(() => freshness.look(), FRESHNESS_MS, 0, log);
  const removing = new Repeating(() => plane.retention.run(), config.retentionMs, REST, log);
  return [
    {
      name: 'clock',
      async start() {
        await clock.ask();
        await asking.start();
      },
      stop: () => asking.stop(),
    },
    {
      name: 'row retention',
      start: () => removing.start(),
      async stop() {
        plane.retention.stop();
        await removing.stop();
      },
    },
    {
      name: 'closing',
      start: () => closing.start(),
      async stop() {
        await closing.stop();
        await plane.closer.settled();
      },
    },
    { name: 'stall watch', start: () => stalls.start(), stop: () => stalls.stop() },
    {
      name: 'label join',
      start: () => joining.start(),
      async stop() {
        plane.joiner.stop();
        await joining.stop();
      },
    },
    { name: 'evaluator', start: () => evaluating.start(), stop: () => evaluating.stop() },
    {
      name: 'freshness',
      async start() {
        // Whoever is asked first must know already.
        await freshness.look();
        await looking.start();
      },
      stop: () => looking.stop(),
    },
    { name: 'labels', start: () => plane.labels.start(), stop: () => plane.labels.stop() },
    { name: 'batches', start: () => plane.batches.start(), stop: () => plane.batches.stop() },
    { name: 'intake', start: () => plane.intake.start(), stop: () => plane.intake.stop() },
  ];
}
