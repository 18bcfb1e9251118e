import { isRefusedData, isTransient } from '@drawbridge/postgres';
import { Reject } from './reject.js';

/** A flush that fails is tried again with this part of its records. */
const SMALLER = 16;
const LARGER = 4;
/** A bug may be one of the moment, of a connection that just broke: it must show itself so often with the same record. */
const SURE = 3;

/**
 * Finds the record that makes the flush of a partition fail. Flushes shrink until one holds a single record: if that one
 * fails, it is condemned, and becomes a dead letter when it is read again. Then they grow as before.
 */
export class Isolation {
  /** Records that one flush may hold. */
  limit = Infinity;
  /** Why records are refused when they are read again, by their offsets. */
  readonly condemned = new Map<number, Reject>();

  private suspicion = { offset: -1, times: 0 };

  constructor(private readonly normal: number) {}

  /** After a flush of so many records, the first of them at `offset`. False when no record can be at fault. */
  failed(records: number, offset: number, error: unknown): boolean {
    const reason = refusalOf(error);
    if (reason === undefined || records === 0) return false;
    this.limit = Math.max(1, Math.floor(records / SMALLER));
    if (records > 1) return true;
    if (reason.code === 'refused-by-database') return this.condemn(offset, reason);
    const times = this.suspicion.offset === offset ? this.suspicion.times + 1 : 1;
    this.suspicion = { offset, times };
    return times < SURE || this.condemn(offset, reason);
  }

  /** False when it was condemned before: without what it holds the same thing fails, so something else is wrong. */
  condemn(offset: number, reason: Reject): boolean {
    if (this.condemned.has(offset)) return false;
    this.condemned.set(offset, reason);
    return true;
  }

  /** After a flush up to `next`. */
  passed(next: number): void {
    if (this.limit === Infinity && this.condemned.size === 0) return;
    this.limit *= LARGER;
    if (this.limit >= this.normal) this.limit = Infinity;
    for (const offset of this.condemned.keys()) if (offset < next) this.condemned.delete(offset);
  }

  /** For a partition that comes from somebody else, or goes there. */
  clear(): void {
    this.limit = Infinity;
    this.condemned.clear();
  }
}

/** What an error says against a record; undefined when it says nothing about records: the database is away, or a table is missing. */
export function refusalOf(error: unknown): Reject | undefined {
  if (isTransient(error) || !(error instanceof Error)) return undefined;
  if (isRefusedData(error)) return new Reject('refused-by-database', '(value)', error.message);
  return isBug(error) ? new Reject('handler-error', '(value)', `${error.name}: ${error.message}`) : undefined;
}

/** Thrown by the language, not by what we call: something in the data that the code did not expect. */
function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError || error instanceof ReferenceError;
}
