import type { Database } from './database.js';

/** An answer that took longer says too little about when it was true. */
const LONGEST_ANSWER_MS = 1000;

/** The clocks of this process. The first may be set at any moment, the second stands still while the machine sleeps. */
export interface OwnClocks {
  readonly wall: () => number;
  readonly elapsed: () => number;
}

/**
 * The time of day as the database has it, which all processes of an installation share: what one of them calls future,
 * silent or old does not depend on a clock of its own that somebody set. It is asked for now and then and carried on by the
 * clocks of the process. Where these disagree, the later one holds until the next answer: after a jump or a sleep rather
 * a row of the future is taken than one of the present refused.
 */
export class DatabaseClock {
  private aheadOf: { readonly wall: number; readonly elapsed: number } | undefined;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly own: OwnClocks,
  ) {}

  /** Milliseconds since 1970. */
  now(): number {
    const { own, aheadOf } = this;
    if (aheadOf === undefined) throw new Error('the time of the database was not asked for yet');
    return Math.max(own.wall() + aheadOf.wall, own.elapsed() + aheadOf.elapsed);
  }

  async ask(): Promise<void> {
    const { own } = this;
    const asked = own.elapsed();
    const [answer] = await this.database.query<{ ms: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms');
    const wall = own.wall();
    const elapsed = own.elapsed();
    const took = elapsed - asked;
    if (answer === undefined || (took > LONGEST_ANSWER_MS && this.aheadOf !== undefined)) return;
    const ms = answer.ms + took / 2;
    this.aheadOf = { wall: ms - wall, elapsed: ms - elapsed };
  }
}
