/** Bounds of `prediction.logged` and `label.received` that the schemas do not say. What exceeds them is never counted. */
export const eventLimits = {
  /** Of the value of one event. */
  valueBytes: 256 * 1024,
  features: 2000,
  /** Characters of an id or a name. */
  text: 200,
  /** Characters of a label that is a text. */
  labelText: 1000,
  /** A clock that runs ahead by more than this is a mistake, and would close windows that are still filling. */
  aheadMs: 5 * 60_000,
} as const;

// Read by code points, so that only the surrogates without their other half are found.
const HALF = /\p{Surrogate}/u;

/** Bounds of one message of `prediction.batch.logged`, beside those of each of its rows. What exceeds them is refused as a whole. */
export const batchLimits = {
  /** Of the value, as Kafka gives it to its reader. */
  valueBytes: 4 * 1024 * 1024,
  rows: 20_000,
  recordBatches: 1000,
  /** Nested ones included. */
  columns: 4000,
  /** Of all rows written out as JSON: a dictionary says a long text in one byte. */
  writtenBytes: 64 * 1024 * 1024,
} as const;

/**
 * Why a text can be held neither by Postgres nor by UTF-8; undefined when it can. Stored, all halves of characters become
 * the same one: two ids would be one.
 */
export function textFlaw(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain a zero byte';
  return HALF.test(text) ? 'must not contain half a character (a lone surrogate)' : undefined;
}
