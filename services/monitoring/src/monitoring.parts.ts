import type { EventLog } from '@drawbridge/kafka';
import type { Outbox } from '@drawbridge/outbox';
import type { Logger } from '@drawbridge/telemetry';
import { Announcements } from './closing/announcements.js';
import { ClosingRound } from './closing/closing-round.js';
import { Evaluator } from './closing/evaluator.js';
import { LabelJoiner } from './closing/label-joiner.js';
import { RefusedLabels } from './closing/refused-labels.js';
import { RowRetention } from './closing/row-retention.js';
import { StallWatch } from './closing/stall-watch.js';
import { WindowCloser } from './closing/window-closer.js';
import type { MonitoringConfig } from './config.js';
import { firstLaneOf } from './domain/lanes.js';
import { BatchIntake } from './intake/batch.intake.js';
import { batchTopic } from './intake/batch.topic.js';
import { type IntakeHandler, IntakeService, type IntakeTopic } from './intake/intake.service.js';
import { IntakeFlush } from './intake/intake.flush.js';
import { LabelIntake } from './intake/label.intake.js';
import { Partitions } from './intake/partitions.js';
import { PredictionIntake } from './intake/prediction.intake.js';
import { predictionTopic } from './intake/prediction.topic.js';
import { ReadEnds } from './intake/read-ends.js';
import { Setbacks } from './intake/setbacks.js';
import { UnknownVersions } from './intake/unknown-versions.js';
import { ArrivalStore } from './persistence/arrival.store.js';
import { BaselineStore } from './persistence/baseline.store.js';
import { ClosingStore } from './persistence/closing.store.js';
import type { Database } from './persistence/database.js';
import { DeadLetterStore } from './persistence/dead-letter.store.js';
import { DetectionStore } from './persistence/detection.store.js';
import { FlushStore } from './persistence/flush.store.js';
import { LabelJoinStore } from './persistence/label-join.store.js';
import { LabelStore } from './persistence/label.store.js';
import { MessageRowsStore } from './persistence/message-rows.store.js';
import { MonitorDirectory } from './persistence/monitor.directory.js';
import { MonitorStore } from './persistence/monitor.store.js';
import { PartitionStore } from './persistence/partition.store.js';
import { PerformanceStore } from './persistence/performance.store.js';
import { PositionStore } from './persistence/position.store.js';
import { PredictionStore } from './persistence/prediction.store.js';
import { RetentionStore } from './persistence/retention.store.js';
import { WatermarkStore } from './persistence/watermark.store.js';
import { WindowStore } from './persistence/window.store.js';

export interface Surroundings {
  readonly config: MonitoringConfig;
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly outbox: Outbox;
  readonly log: Logger;
  /** Publishes what was just committed. */
  readonly wake: () => void;
  readonly now: () => number;
}

/** Kafka's own commit follows the stored position this often. */
const COMMIT_MS = 1000;

/** For spans of time: a wall clock may jump. */
const elapsed = (): number => performance.now();

/** The data plane, wired by hand: everything between Kafka's data topics and the outbox. */
export class DataPlane {
  readonly monitors: MonitorStore;
  readonly closer: WindowCloser;
  readonly intake: IntakeService;
  readonly batches: IntakeService;
  readonly labels: LabelIntake;
  readonly joiner: LabelJoiner;
  readonly evaluator: Evaluator;
  readonly stalls: StallWatch;
  readonly retention: RowRetention;
  /** What cannot be stored, per data topic. */
  readonly setbacks: { readonly predictions: Setbacks; readonly batches: Setbacks; readonly labels: Setbacks };

  constructor({ config, database, eventLog, outbox, log, wake, now }: Surroundings) {
    this.monitors = new MonitorStore(database);
    const baselines = new BaselineStore(database);
    const windows = new WindowStore(database);
    const watermarks = new WatermarkStore(database);
    const positions = new PositionStore(database);
    const directory = new MonitorDirectory(this.monitors, baselines, log);
    const announcements = new Announcements(outbox, new DetectionStore(database), new PredictionStore(database));
    const closing = new ClosingStore(database);
    const round = new ClosingRound(baselines, closing, announcements);
    this.closer = new WindowCloser(database, this.monitors, closing, watermarks, round, { now, elapsed, log, closed: wake });
    this.setbacks = {
      predictions: new Setbacks('prediction.logged', elapsed, log),
      batches: new Setbacks('prediction.batch.logged', elapsed, log),
      labels: new Setbacks('label.received', elapsed, log),
    };
    const deadLetters = new DeadLetterStore(database, outbox);
    this.labels = new LabelIntake(eventLog, database, positions, new LabelStore(), deadLetters, {
      now,
      log,
      setbacks: this.setbacks.labels,
    });
    const stored = new PartitionStore(database);
    const joins = new LabelJoinStore(database);
    const refused = new RefusedLabels(database, joins, deadLetters, { log, refused: wake });
    this.joiner = new LabelJoiner(database, joins, stored, refused);
    this.evaluator = new Evaluator(database, this.monitors, baselines, new PerformanceStore(database), joins, refused, outbox, {
      log,
      measured: wake,
    });
    this.stalls = new StallWatch(database, this.monitors, new ArrivalStore(database), outbox, { leastMs: config.stallMs, now, log });
    this.retention = new RowRetention(database, stored, new RetentionStore(database), { days: config.rowsDays, log });
    const unknown = new UnknownVersions({
      waitMs: config.intake.unknownWaitMs,
      pollMs: 100,
      controlCaughtUp: async () => (await eventLog.lag('monitoring', ['deployment.started'])).every(({ lag }) => lag === 0n),
      refresh: () => directory.refresh(),
      now: elapsed,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    const poke = (): void => this.closer.poke();
    const { commit, dedupeRecords, flushMs, flushRecords } = config.intake;
    const reading = (
      topic: IntakeTopic,
      setbacks: Setbacks,
      handler: (partitions: Partitions) => IntakeHandler,
      messages?: MessageRowsStore,
    ): IntakeService => {
      const { name, group } = topic;
      const from = { topic: name, group, ...(messages === undefined ? {} : { messages }) };
      const flush = new IntakeFlush(database, positions, new FlushStore(stored), deadLetters, commit, now, log, from);
      const partitions = new Partitions(positions, watermarks, deadLetters, flush, {
        topic: name,
        group,
        firstLane: firstLaneOf(name),
        strategy: commit,
        dedupeRecords,
        ...(messages === undefined ? {} : { rowsBefore: (partition, position) => messages.rowsBefore(partition, position) }),
        flushRecords,
        flushMs,
        commitMs: COMMIT_MS,
        elapsed,
        log,
        setbacks,
        passed: poke,
        replaced: (error) => service.replaced(error),
      });
      const readEnds = new ReadEnds(eventLog, partitions, watermarks, windows, {
        quietMs: config.tickMs,
        elapsed,
        topic: name,
        group,
        progressed: poke,
      });
      const service = new IntakeService(topic, eventLog, directory, watermarks, partitions, handler(partitions), readEnds, {
        tickMs: config.tickMs,
        log,
      });
      return service;
    };
    this.intake = reading(
      predictionTopic,
      this.setbacks.predictions,
      (partitions) => new PredictionIntake(partitions, directory, unknown, { now, elapsed }, log),
    );
    this.batches = reading(
      batchTopic,
      this.setbacks.batches,
      (partitions) => new BatchIntake(partitions, directory, unknown, { now, elapsed }, log),
      new MessageRowsStore(database, dedupeRecords),
    );
  }
}
