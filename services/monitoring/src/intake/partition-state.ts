import { RecentIds } from './recent-ids.js';
import type { Target } from '../domain/routing.js';
import { WindowPart } from '../domain/window-part.js';
import type { BatchControl } from '@drawbridge/kafka';
import { type Accounts, emptyAccounts, type PartRecord, type UnroutedModel } from '../persistence/flush.store.js';
import type { MessageRows } from '../persistence/message-rows.store.js';
import { KeptRows } from '../persistence/kept-rows.js';
import { DeadRecords } from './dead-records.js';
import type { Isolation } from './isolation.js';
import { MonitorShare, type Watermark } from './monitor-share.js';

/** Rows that belong to no monitor are accounted for under this id. */
export const NO_MONITOR = '00000000-0000-0000-0000-000000000000';

/** Unknown versions that one flush tells apart: a stranger may invent any number of them. */
export const MOST_UNKNOWN = 100;

/** Flushes in a row that leave a part alone before it leaves memory: its window is quiet, or its monitor is gone. */
const MOST_UNTOUCHED = 100;

export interface OpenPart extends PartRecord {
  part: WindowPart;
  /** The stored row, if there is one, is contained in `part`; otherwise the flush adds it. */
  loaded: boolean;
  dirty: boolean;
  /** Flushes since it was written last. */
  untouched: number;
}

/**
 * Everything one partition has that is not in the database yet, and the little it must remember. Thrown away as a
 * whole when the partition is lost or a flush is refused; nothing in it is worth saving.
 */
export class PartitionState {
  /** The next record to look at. */
  next = 0n;
  /** The position in the database: records from here on are not counted yet. */
  stored = 0n;
  aligned = false;
  /** The partition was never read before: where its log begins is where reading begins. */
  fresh = false;
  /** A batch has been read since alignment, so nothing that was fetched elsewhere can still arrive. */
  steady = false;
  /** Batches that began somewhere else than asked for, since alignment. */
  misses = { firstOffset: -1n, count: 0, sinceMs: 0 };
  /** End of the partition when its last batch was fetched. */
  highWatermark = 0n;
  lastBatchMs = 0;
  control: BatchControl | undefined;
  /** Kafka's own commit stands here. */
  committed = -1n;
  committedAtMs = 0;
  /** Counts assignments: what was begun in one says nothing about the next. */
  assignments = 0;

  readonly parts = new Map<string, Map<number, OpenPart>>();
  readonly watermarks = new Map<string, Watermark>();
  readonly accounts = new Map<string, Accounts>();
  /** Rows of unknown versions by their names, and those beyond the names that are told apart. */
  readonly unrouted = new Map<string, UnroutedModel & { rows: number }>();
  nameless = 0;
  readonly links: string[] = [];
  /** Records that were asked for a trace to link. */
  linksSought = 0;
  /** Where one record holds many rows: number of the next row that is counted. */
  row = 0;
  /** Number of the first row of each record before the stored position whose ids are to be known again, by offset. */
  firstRows: ReadonlyMap<number, number> = new Map();
  /** Where one record holds many rows: records read since the last flush. */
  records = 0;
  /** Records with their rows that are not stored yet, where one record holds many. */
  messages: MessageRows[] = [];
  /** Rows after the lateness bound. */
  late = 0;
  kept = new KeptRows();
  dead = new DeadRecords();
  /** Records read since the last flush. */
  pending = 0;
  firstPendingMs = 0;
  firstPendingOffset = 0;
  /** The record at hand; when something is thrown, the one that did it. */
  offset = 0;
  /** Dead letters before the stored position: their ids were never counted, so a replay of them is no repeat. */
  deadOffsets: ReadonlySet<number> = new Set();

  private readonly shares = new Map<Target, MonitorShare>();
  private queue: Promise<unknown> = Promise.resolve();
  private working = 0;

  constructor(
    readonly partition: number,
    readonly recent: RecentIds,
    readonly isolation: Isolation,
    /** Number of the partition among those of all topics; see `domain/lanes.ts`. */
    readonly lane = partition,
  ) {}

  /** Runs `work` after everything that was asked for before, so that a batch and a timed flush never interleave. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    const result = this.queue.then(work, work).finally(() => {
      this.working -= 1;
    });
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Something is being done, or waits to be done. */
  get busy(): boolean {
    return this.working > 0;
  }

  /** What this partition has of a monitor, until the next flush. */
  share(target: Target): MonitorShare {
    let share = this.shares.get(target);
    if (share === undefined) {
      const { monitorId } = target;
      share = new MonitorShare(target, this.account(monitorId), this.watermark(monitorId), this.openPart);
      this.shares.set(target, share);
    }
    return share;
  }

  /** The part of a window, to be written by the next flush; made on first use. */
  readonly openPart = (target: Target, startMs: number): OpenPart => {
    let byStart = this.parts.get(target.monitorId);
    if (byStart === undefined) this.parts.set(target.monitorId, (byStart = new Map<number, OpenPart>()));
    let open = byStart.get(startMs);
    if (open === undefined) {
      open = { target, startMs, part: new WindowPart(target.layout), loaded: false, dirty: true, untouched: 0 };
      byStart.set(startMs, open);
    }
    open.dirty = true;
    return open;
  };

  watermark(monitorId: string): Watermark {
    let watermark = this.watermarks.get(monitorId);
    if (watermark === undefined) this.watermarks.set(monitorId, (watermark = { ms: -Infinity }));
    return watermark;
  }

  account(monitorId: string): Accounts {
    let accounts = this.accounts.get(monitorId);
    if (accounts === undefined) this.accounts.set(monitorId, (accounts = emptyAccounts()));
    return accounts;
  }

  /** Counts a row that no monitor watches. */
  countUnrouted(project: string, model: string, version: string): void {
    this.account(NO_MONITOR).unrouted += 1;
    const key = `${project}\u0000${model}\u0000${version}`;
    const known = this.unrouted.get(key);
    if (known !== undefined) known.rows += 1;
    else if (this.unrouted.size < MOST_UNKNOWN) this.unrouted.set(key, { project, model, version, rows: 1 });
    else this.nameless += 1;
  }

  dirtyParts(): OpenPart[] {
    const found: OpenPart[] = [];
    for (const byStart of this.parts.values()) for (const open of byStart.values()) if (open.dirty) found.push(open);
    return found;
  }

  /**
   * After a flush: what was written is clean. Parts of windows that are over or quiet are read back only when needed. True
   * when this partition got past the end of a window, which may be complete now.
   */
  flushed(position: bigint, merged: ReadonlyMap<OpenPart, WindowPart>): boolean {
    let passed = false;
    this.stored = position;
    this.kept.encoded.release();
    for (const [open, part] of merged) {
      open.part = part;
      open.loaded = true;
      open.dirty = false;
    }
    for (const [monitorId, byStart] of this.parts) {
      const watermark = this.watermarks.get(monitorId)?.ms ?? -Infinity;
      for (const [start, open] of byStart) {
        const { windowMs, latenessMs } = open.target.timing;
        open.untouched = merged.has(open) ? 0 : open.untouched + 1;
        const over = start + windowMs + latenessMs <= watermark;
        passed ||= over;
        if (over || open.untouched >= MOST_UNTOUCHED) byStart.delete(start);
      }
      if (byStart.size === 0) this.parts.delete(monitorId);
    }
    this.forgetPending();
    return passed;
  }

  /** Forgets all that is not stored; the next batch aligns again. */
  discard(): void {
    this.aligned = false;
    this.steady = false;
    this.misses.count = 0;
    this.parts.clear();
    this.watermarks.clear();
    this.recent.clear();
    this.forgetPending();
  }

  private forgetPending(): void {
    this.shares.clear();
    this.accounts.clear();
    this.unrouted.clear();
    this.nameless = 0;
    this.links.length = 0;
    this.linksSought = 0;
    this.late = 0;
    this.kept = new KeptRows();
    this.dead = new DeadRecords();
    this.messages = [];
    this.records = 0;
    this.pending = 0;
    this.firstPendingMs = 0;
  }
}
