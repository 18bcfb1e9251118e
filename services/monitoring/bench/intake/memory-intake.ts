import { createLogger } from '@drawbridge/telemetry';
import type { RecordBatch } from '@drawbridge/kafka';
import type { RoutingTable } from '../../src/domain/routing.js';
import type { WindowPart } from '../../src/domain/window-part.js';
import type { IntakeFlush } from '../../src/intake/intake.flush.js';
import type { OpenPart, PartitionState } from '../../src/intake/partition-state.js';
import { Partitions } from '../../src/intake/partitions.js';
import { PredictionIntake } from '../../src/intake/prediction.intake.js';
import { Setbacks } from '../../src/intake/setbacks.js';
import type { UnknownVersions } from '../../src/intake/unknown-versions.js';
import type { DeadLetterStore } from '../../src/persistence/dead-letter.store.js';
import type { PositionStore } from '../../src/persistence/position.store.js';
import type { WatermarkStore } from '../../src/persistence/watermark.store.js';

/** All the intake adds up to, by model and start of the window. */
export type Windows = Map<string, Map<number, WindowPart>>;

const FLUSH_RECORDS = 20_000;
/** Later than every event of the workload. */
const NOW = Date.UTC(2027, 0, 1);
const CONTROL = { heartbeat: () => Promise.resolve(), seek: () => undefined, commit: () => Promise.resolve(true), isRunning: () => true };

/** The production intake without its database: a flush keeps the parts in memory and forgets the rows. */
export class MemoryIntake {
  readonly windows: Windows = new Map();
  rejected = 0;
  private readonly partitions: Partitions;
  private readonly intake: PredictionIntake;

  constructor(routing: RoutingTable, dedupeRecords = 100_000) {
    const log = createLogger('bench', { write: () => true });
    const positions = { load: () => Promise.resolve(0n), begin: () => Promise.resolve() } as unknown as PositionStore;
    const watermarks = {
      addLanes: () => Promise.resolve(),
      ofLane: () => Promise.resolve(new Map<string, number>()),
    } as unknown as WatermarkStore;
    const deadLetters = { offsets: () => Promise.resolve(new Set<number>()) } as unknown as DeadLetterStore;
    const flushing = { run: (state: PartitionState) => Promise.resolve(this.flush(state)) } as unknown as IntakeFlush;
    const now = (): number => NOW;
    this.partitions = new Partitions(positions, watermarks, deadLetters, flushing, {
      topic: 'prediction.logged',
      group: 'monitoring.intake',
      strategy: 'swap',
      dedupeRecords,
      flushRecords: FLUSH_RECORDS,
      flushMs: Infinity,
      commitMs: Infinity,
      elapsed: now,
      log,
      setbacks: new Setbacks('prediction.logged', now, log),
      passed: () => undefined,
      replaced: (error) => {
        throw error;
      },
    });
    const unknown = { mayAppear: () => false } as unknown as UnknownVersions;
    this.intake = new PredictionIntake(this.partitions, { table: () => routing }, unknown, { now, elapsed: now }, log);
    this.partitions.assign([{ topic: 'prediction.logged', partition: 0 }]);
  }

  async take(batch: RecordBatch): Promise<void> {
    await this.intake.handle(batch, CONTROL);
  }

  async end(): Promise<void> {
    await this.partitions.drain();
  }

  private flush(state: PartitionState): 'written' {
    const merged = new Map<OpenPart, WindowPart>();
    for (const open of state.dirtyParts()) {
      const byStart = this.windows.get(open.target.model) ?? new Map<number, WindowPart>();
      this.windows.set(open.target.model, byStart);
      const stored = open.loaded ? undefined : byStart.get(open.startMs);
      const part = stored === undefined ? open.part : stored.merge(open.part);
      byStart.set(open.startMs, part);
      merged.set(open, part);
    }
    this.rejected += state.dead.count;
    state.flushed(state.next, merged);
    return 'written';
  }
}
