import type { Dice } from './dice.js';
import { draw, type ModelName, models, T0, timing } from './models.js';

/** One prediction as the ledger knows it. */
export interface Row {
  readonly id: string;
  readonly model: ModelName;
  readonly partition: number;
  readonly timeMs: number;
  readonly failed: boolean;
  /** Absent for a failed request. */
  readonly score?: number;
}

/** A record on its way to the topic. */
export interface Sent {
  readonly row: Row;
  readonly value: string;
}

export interface LoadOptions {
  /** Stands before every id. */
  readonly name: string;
  /** At most so many rows. */
  readonly events: number;
  readonly partitions: number;
  /** Rows of all models in one window. */
  readonly rowsPerWindow: number;
  /** Windows of earlier loads of the same monitors. */
  readonly firstWindow: number;
}

const REPEATED = 0.02;
const MOST_BETWEEN_REPEATS = 1500;
const FAILED = 0.03;
const LATE = 0.004;
const BEYOND = 0.0005;

/** Every eighth window moves, at a place where no longer scale sees more than an eighth of it. */
export function isShifted(window: number): boolean {
  return window % 8 === 3;
}

/**
 * Rows of several models in event-time order, with what producers do to them: some are sent twice, some come late, some
 * too late to count, some are failed requests.
 */
export class Load {
  private next = 0;
  private most: number;
  private readonly repeats: { at: number; sent: Sent }[] = [];
  private readonly totalShare = models.reduce((sum, { share }) => sum + share, 0);

  constructor(
    readonly options: LoadOptions,
    private readonly dice: Dice,
  ) {
    this.most = options.events;
  }

  /** Rows made so far, repeats not counted. */
  get rows(): number {
    return this.next;
  }

  /** Where the rows of a load after this one may begin, with a gap, so that no window gets rows of both. */
  get nextWindow(): number {
    const { firstWindow, rowsPerWindow } = this.options;
    return firstWindow + 8 * (Math.ceil(this.next / rowsPerWindow / 8) + 1);
  }

  get done(): boolean {
    return this.over && this.repeats.length === 0;
  }

  /** No more rows than those of the window under way: one with a part of its rows would be judged by chance. */
  end(): void {
    const { rowsPerWindow } = this.options;
    this.most = Math.min(this.most, Math.ceil(this.next / rowsPerWindow) * rowsPerWindow);
  }

  /** Records in the order in which they are sent, about so many. */
  take(count: number): Sent[] {
    const taken: Sent[] = [];
    while (taken.length < count && !this.done) {
      const { over } = this;
      while (this.repeats.length > 0 && (over || this.repeats[0]!.at <= this.next)) taken.push(this.repeats.shift()!.sent);
      if (!over) taken.push(this.row());
    }
    return taken;
  }

  private get over(): boolean {
    return this.next >= this.most;
  }

  private row(): Sent {
    const { dice } = this;
    const { name, partitions, rowsPerWindow, firstWindow } = this.options;
    const number = this.next;
    this.next += 1;
    const model = this.model();
    const inWindow = ((number % rowsPerWindow) * (timing.windowMs - 2000)) / rowsPerWindow;
    const window = Math.floor(number / rowsPerWindow);
    const timeMs = T0 + (firstWindow + window) * timing.windowMs + Math.floor(inWindow) - this.delay(window);
    const failed = dice.chance(FAILED);
    const values = draw(dice, isShifted(Math.floor((timeMs - T0) / timing.windowMs)) ? 1 : 0);
    const row: Row = {
      id: `${name}-${number}`,
      model,
      partition: Math.floor(dice.uniform() * partitions),
      timeMs,
      failed,
      ...(failed ? {} : { score: values.score }),
    };
    const sent = { row, value: textOf(row, values, dice) };
    if (dice.chance(REPEATED)) this.repeat(number + 1 + Math.floor(dice.uniform() * MOST_BETWEEN_REPEATS), sent);
    return sent;
  }

  private model(): ModelName {
    let left = this.dice.uniform() * this.totalShare;
    return (models.find(({ share }) => (left -= share) < 0) ?? models[0]).name;
  }

  /** How long before now the prediction was made; a load never reaches back before its own first window. */
  private delay(window: number): number {
    const { dice } = this;
    if (window >= 12 && dice.chance(BEYOND)) return dice.between(480_000, 600_000) | 0;
    return window >= 6 && dice.chance(LATE) ? dice.between(75_000, 280_000) | 0 : 0;
  }

  private repeat(at: number, sent: Sent): void {
    let place = this.repeats.length;
    while (place > 0 && this.repeats[place - 1]!.at > at) place -= 1;
    this.repeats.splice(place, 0, { at, sent });
  }
}

function textOf(row: Row, values: { age: number; region: string; score: number }, dice: Dice): string {
  return JSON.stringify({
    predictionId: row.id,
    time: new Date(row.timeMs).toISOString(),
    model: row.model,
    version: '1',
    endpoint: row.model,
    features: { age: values.age, region: values.region },
    output: row.failed ? {} : { score: values.score, value: values.score >= 0.5 ? 1 : 0 },
    latencyMs: Math.round(dice.between(2, 30) * 10) / 10,
    status: row.failed ? 'error' : 'ok',
    ...(row.failed ? { errorCode: 'TIMEOUT' } : {}),
  });
}
