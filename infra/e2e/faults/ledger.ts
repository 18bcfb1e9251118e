import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Row } from './load.js';
import { type ModelName, T0, timing } from './models.js';
import { isShifted } from './load.js';

/** What one window must come to. */
export interface WindowTruth {
  n: number;
  errors: number;
  late: number;
  deduplicated: number;
  scores: number;
  scoreSum: number;
  readonly shifted: boolean;
}

export interface ModelTruth {
  readonly windows: Map<number, WindowTruth>;
  consumed: number;
  counted: number;
  deduplicated: number;
  beyondHorizon: number;
}

export type Truth = ReadonlyMap<ModelName, ModelTruth>;

/**
 * What was sent, on disk before it is sent, in the order of each partition. The truth is read back from there: it follows from
 * the rows and their order alone, whatever happened to the processes that counted them.
 */
export class Ledger {
  private readonly file: number;
  private lines = 0;

  constructor(readonly path: string) {
    this.file = openSync(path, 'w');
  }

  /** Records noted so far, repeats included. */
  get records(): number {
    return this.lines;
  }

  note(rows: readonly Row[]): void {
    writeSync(this.file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    this.lines += rows.length;
  }

  async truth(): Promise<Truth> {
    const counting = new Counting();
    for await (const line of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      counting.add(JSON.parse(line) as Row);
    }
    return counting.models;
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The rules of counting, said once more and without regard to speed. */
class Counting {
  readonly models = new Map<ModelName, ModelTruth>();
  private readonly seen = new Set<string>();
  /** Newest event time by model and partition. */
  private readonly newest = new Map<string, number>();

  add(row: Row): void {
    const { windowMs, latenessMs, horizonMs } = timing;
    const model = this.model(row.model);
    model.consumed += 1;
    const start = Math.floor(row.timeMs / windowMs) * windowMs;
    const place = `${row.model}/${row.partition}`;
    const behind = (this.newest.get(place) ?? -Infinity) - (start + windowMs);
    const beyond = behind >= horizonMs;
    const repeated = this.seen.has(row.id);
    this.seen.add(row.id);
    if (repeated) {
      model.deduplicated += 1;
      if (!beyond) windowOf(model, start).deduplicated += 1;
      return;
    }
    if (beyond) {
      model.beyondHorizon += 1;
      return;
    }
    model.counted += 1;
    this.newest.set(place, Math.max(row.timeMs, this.newest.get(place) ?? -Infinity));
    const window = windowOf(model, start);
    window.n += 1;
    if (behind >= latenessMs) window.late += 1;
    if (row.failed) window.errors += 1;
    if (row.score === undefined) return;
    window.scores += 1;
    window.scoreSum += row.score;
  }

  private model(name: ModelName): ModelTruth {
    let model = this.models.get(name);
    if (model === undefined) {
      model = { windows: new Map<number, WindowTruth>(), consumed: 0, counted: 0, deduplicated: 0, beyondHorizon: 0 };
      this.models.set(name, model);
    }
    return model;
  }
}

function windowOf(model: ModelTruth, start: number): WindowTruth {
  let window = model.windows.get(start);
  if (window === undefined) {
    const shifted = isShifted(Math.floor((start - T0) / timing.windowMs));
    window = { n: 0, errors: 0, late: 0, deduplicated: 0, scores: 0, scoreSum: 0, shifted };
    model.windows.set(start, window);
  }
  return window;
}
