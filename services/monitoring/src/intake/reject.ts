export type RejectCode =
  | 'empty'
  | 'too-large'
  | 'not-json'
  | 'not-an-object'
  | 'missing-field'
  | 'wrong-type'
  | 'out-of-bounds'
  | 'bad-time'
  | 'future-time'
  | 'unreadable';

/** Why a record can never be counted: it goes to the dead letters with the field at fault. */
export class Reject {
  constructor(
    readonly code: RejectCode,
    /** Path of the field, or `(value)`. */
    readonly field: string,
    readonly message: string,
  ) {}

  /** The reason on the dead letter. */
  get reason(): string {
    return `${this.code} ${this.field}`;
  }
}

/** By contract the value of an event is at most this big. */
export const MAX_VALUE_BYTES = 256 * 1024;

/** A clock that runs ahead by more than this is a mistake, and would close windows that are still filling. */
export const FUTURE_LIMIT_MS = 5 * 60_000;

const MAX_TEXT = 200;
/** Half of a character, which only an escape in JSON can bring. */
const HALF_CHARACTER = /\p{Surrogate}/u;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses the bytes of one record to an object, or says why not. */
export function parseObject(value: Buffer | null): JsonObject | Reject {
  if (value === null || value.length === 0) return new Reject('empty', '(value)', 'the record has no value');
  if (value.length > MAX_VALUE_BYTES) {
    return new Reject('too-large', '(value)', `${value.length} bytes, at most ${MAX_VALUE_BYTES} are allowed`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch {
    return new Reject('not-json', '(value)', 'the value is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return new Reject('not-an-object', '(value)', 'the value must be a JSON object');
  }
  return parsed as JsonObject;
}

/** What is wrong with a required text; undefined when it is fine. */
export function checkText(value: unknown, field: string, max: number = MAX_TEXT): Reject | undefined {
  if (value === undefined) return new Reject('missing-field', field, `${field} is required`);
  if (typeof value !== 'string') return wrongType(field, 'text', value);
  if (value.length === 0 || value.length > max) return new Reject('out-of-bounds', field, `${field} must have 1 to ${max} characters`);
  // A zero byte cannot be stored as text.
  if (value.includes('\u0000')) return new Reject('out-of-bounds', field, `${field} must not contain a zero byte`);
  // Stored, all halves become the same replacement character: two ids of one batch would be one row, which the database refuses for ever.
  if (HALF_CHARACTER.test(value)) return new Reject('out-of-bounds', field, `${field} must not contain half a surrogate pair`);
  return undefined;
}

/** As `checkText`, for a field that may be absent. */
export function checkOptionalText(value: unknown, field: string): Reject | undefined {
  return value === undefined ? undefined : checkText(value, field);
}

export function wrongType(field: string, expected: string, value: unknown): Reject {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  return new Reject('wrong-type', field, `${field} must be ${expected}, not ${kind}`);
}
