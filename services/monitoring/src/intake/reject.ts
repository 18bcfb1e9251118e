import { eventLimits, textFlaw } from '@drawbridge/contracts';

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
  | 'not-arrow'
  | 'compressed'
  | 'unreadable'
  /** Our own code failed on it. */
  | 'handler-error'
  | 'refused-by-database';

/** Why a record can never be counted: it goes to the dead letters with the field at fault. */
export class Reject {
  constructor(
    readonly code: RejectCode,
    /** Path of the field, or `(value)`. */
    readonly field: string,
    readonly message: string,
  ) {}

  /** What was read of it cannot be trusted, or cannot be stored: it belongs to a partition, not to a window. */
  get beyondReading(): boolean {
    return this.code === 'unreadable' || this.code === 'handler-error' || this.code === 'refused-by-database';
  }

  /** The reason on the dead letter. */
  get reason(): string {
    return `${this.code} ${this.field}`;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses the bytes of one record to an object, or says why not. */
export function parseObject(value: Buffer | null): JsonObject | Reject {
  if (value === null || value.length === 0) return new Reject('empty', '(value)', 'the record has no value');
  if (value.length > eventLimits.valueBytes) {
    return new Reject('too-large', '(value)', `${value.length} bytes, at most ${eventLimits.valueBytes} are allowed`);
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
export function checkText(value: unknown, field: string, max: number = eventLimits.text): Reject | undefined {
  if (value === undefined) return new Reject('missing-field', field, `${field} is required`);
  if (typeof value !== 'string') return wrongType(field, 'text', value);
  if (value.length === 0 || value.length > max) return new Reject('out-of-bounds', field, `${field} must have 1 to ${max} characters`);
  const flaw = textFlaw(value);
  return flaw === undefined ? undefined : new Reject('out-of-bounds', field, `${field} ${flaw}`);
}

/** As `checkText`, for a field that may be absent. */
export function checkOptionalText(value: unknown, field: string): Reject | undefined {
  return value === undefined ? undefined : checkText(value, field);
}

export function wrongType(field: string, expected: string, value: unknown): Reject {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  return new Reject('wrong-type', field, `${field} must be ${expected}, not ${kind}`);
}
