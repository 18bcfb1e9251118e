import type { Data } from 'apache-arrow';
import type { FeatureValue } from '../prediction.codec.js';
import { PlainTexts, RememberedTexts, type Texts, ViewedTexts } from './texts.js';

export type ColumnKind = 'number' | 'text' | 'boolean' | 'time' | 'none';

/** Reads values one by one, for types that are stored in no form of JavaScript's. */
export type Slowly = (data: Data) => { get(index: number): unknown };

/** Types of Arrow, by their numbers in its format. */
const TYPE = { null: 1, int: 2, float: 3, text: 5, boolean: 6, timestamp: 10, largeText: 20, textView: 24, dictionary: -1 } as const;
const UNIT = { seconds: 0, milliseconds: 1, microseconds: 2 } as const;
const HALF_FLOAT = 0;

/** What a value is at most as JSON: a double, or a text of which every byte is escaped. */
const NUMBER_BYTES = 25;
const ESCAPED = 6;

interface Parts {
  readonly kind: ColumnKind;
  /** Numbers, milliseconds, 0 and 1, or of a dictionary the places of texts. */
  readonly numbers: Float64Array;
  readonly texts?: Texts;
  /** The dictionary, when values are places in one. */
  readonly dictionary?: Column;
}

/**
 * One column of a record batch, brought to one of few forms at once: numbers side by side, texts where they stand. A
 * value of a row is then an index, and no object exists per row.
 */
export class Column {
  readonly kind: ColumnKind;
  private readonly numbers: Float64Array;
  private readonly texts: Texts | undefined;
  private readonly dictionary: Column | undefined;
  private readonly nulls: Uint8Array | undefined;
  /** Of a dictionary, as far as asked for. */
  private readonly quotes: (string | undefined)[] = [];

  private constructor(
    readonly rows: number,
    parts: Parts,
    nullBitmap: Uint8Array | undefined,
  ) {
    this.kind = parts.kind;
    this.numbers = parts.numbers;
    this.texts = parts.texts;
    this.dictionary = parts.dictionary;
    this.nulls = nullBitmap !== undefined && nullBitmap.length > 0 ? nullBitmap : undefined;
    if (this.nulls !== undefined && this.nulls.length * 8 < rows) throw new RangeError('values are missing');
  }

  /** Undefined for a type that no value of a prediction can have. */
  static of(data: Data, rows: number, slowly: Slowly): Column | undefined {
    if (data.length < rows || data.offset !== 0) throw new RangeError('values are missing');
    const parts = partsOf(data, rows, slowly);
    return parts && new Column(rows, parts, data.nullBitmap as Uint8Array | undefined);
  }

  isNull(row: number): boolean {
    if (this.kind === 'none') return true;
    if (this.nulls !== undefined && ((this.nulls[row >> 3]! >> (row & 7)) & 1) === 0) return true;
    return this.dictionary?.isNull(this.numbers[row]!) ?? false;
  }

  number(row: number): number {
    return this.numbers[row]!;
  }

  /** Texts of a dictionary are the same ones every time. */
  text(row: number): string {
    return this.texts!.get(this.place(row));
  }

  /** The text as it stands in JSON. */
  quoted(row: number): string {
    const code = this.code(row);
    return code < 0 ? JSON.stringify(this.text(row)) : (this.quotes[code] ??= JSON.stringify(this.text(row)));
  }

  /** Number of the text within the dictionary, -1 when there is none. */
  code(row: number): number {
    return this.dictionary === undefined ? -1 : this.numbers[row]!;
  }

  /** NaN is a missing value, as null is. */
  value(row: number): FeatureValue {
    if (this.isNull(row)) return null;
    if (this.kind === 'text') return this.text(row);
    const x = this.numbers[row]!;
    if (this.kind === 'boolean') return x === 1;
    return Number.isNaN(x) ? null : x;
  }

  /** Is one of its numbers infinite? */
  hasInfinity(): boolean {
    return this.kind === 'number' && this.numbers.some((x) => x === Infinity || x === -Infinity);
  }

  /** What its longest value, and all of them together, are when they are written as JSON, or more. */
  written(): { readonly most: number; readonly all: number } {
    const { texts, rows } = this;
    if (texts === undefined) return { most: NUMBER_BYTES, all: NUMBER_BYTES * rows };
    let most = 0;
    let all = 0;
    for (let row = 0; row < rows; row += 1) {
      if (this.isNull(row)) continue;
      const bytes = texts.bytes(this.place(row));
      if (bytes > most) most = bytes;
      all += bytes;
    }
    return { most: ESCAPED * most + NUMBER_BYTES, all: all + NUMBER_BYTES * rows };
  }

  /** Its texts, for the column whose dictionary it is. */
  remembered(): Texts {
    return new RememberedTexts(this.texts!);
  }

  private place(row: number): number {
    return this.dictionary === undefined ? row : this.numbers[row]!;
  }
}

const NONE = new Float64Array(0);

function partsOf(data: Data, rows: number, slowly: Slowly): Parts | undefined {
  switch (Number(data.type.typeId)) {
    case TYPE.null:
      return { kind: 'none', numbers: NONE };
    case TYPE.int:
      return { kind: 'number', numbers: numbersOf(data.values as ArrayLike<number | bigint>, rows) };
    case TYPE.float:
      return { kind: 'number', numbers: floatsOf(data, rows, slowly) };
    case TYPE.boolean:
      return { kind: 'boolean', numbers: bitsOf(data.values as Uint8Array, rows) };
    case TYPE.timestamp:
      return { kind: 'time', numbers: millisecondsOf(data, rows) };
    case TYPE.text:
    case TYPE.largeText:
      return { kind: 'text', numbers: NONE, texts: new PlainTexts(data.values as Uint8Array, data.valueOffsets as Int32Array, rows) };
    case TYPE.textView:
      return { kind: 'text', numbers: NONE, texts: new ViewedTexts(data.values as Uint8Array, slowly(data), rows) };
    case TYPE.dictionary:
      return dictionaryOf(data, rows, slowly);
    default:
      return undefined;
  }
}

function numbersOf(values: ArrayLike<number | bigint>, rows: number): Float64Array {
  if (values.length < rows) throw new RangeError('values are missing');
  const numbers = new Float64Array(rows);
  // JSON has no -0, as JavaScript writes it.
  for (let i = 0; i < rows; i += 1) numbers[i] = Number(values[i]) + 0;
  return numbers;
}

function floatsOf(data: Data, rows: number, slowly: Slowly): Float64Array {
  const values = data.values as ArrayLike<number>;
  if ((data.type as unknown as { readonly precision: number }).precision !== HALF_FLOAT) return numbersOf(values, rows);
  if (values.length < rows) throw new RangeError('values are missing');
  const vector = slowly(data);
  return Float64Array.from({ length: rows }, (_, i) => ((vector.get(i) as number | null) ?? NaN) + 0);
}

function bitsOf(bits: Uint8Array, rows: number): Float64Array {
  if (bits.length * 8 < rows) throw new RangeError('values are missing');
  const numbers = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) numbers[i] = (bits[i >> 3]! >> (i & 7)) & 1;
  return numbers;
}

function millisecondsOf(data: Data, rows: number): Float64Array {
  const values = data.values as BigInt64Array;
  if (values.length < rows) throw new RangeError('values are missing');
  const { unit } = data.type as unknown as { readonly unit: number };
  const numbers = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) numbers[i] = milliseconds(values[i]!, unit);
  return numbers;
}

function milliseconds(value: bigint, unit: number): number {
  if (unit === UNIT.seconds) return Number(value) * 1000;
  if (unit === UNIT.milliseconds) return Number(value);
  return unit === UNIT.microseconds ? Math.floor(Number(value) / 1000) : Math.floor(Number(value / 1000n) / 1000);
}

function dictionaryOf(data: Data, rows: number, slowly: Slowly): Parts | undefined {
  const codes = numbersOf(data.values as ArrayLike<number>, rows);
  const chunks = data.dictionary?.data ?? [];
  const [first] = chunks;
  if (first === undefined || chunks.length > 1) throw new RangeError('a dictionary is missing, or comes in several parts');
  const dictionary = Column.of(first, first.length, slowly);
  if (dictionary === undefined) return undefined;
  const bitmap = data.nullBitmap as Uint8Array | undefined;
  for (let i = 0; i < rows; i += 1) {
    const isNull = bitmap !== undefined && bitmap.length > 0 && ((bitmap[i >> 3]! >> (i & 7)) & 1) === 0;
    if (isNull) codes[i] = 0;
    else if (!(codes[i]! >= 0 && codes[i]! < first.length)) throw new RangeError('a value lies outside of its dictionary');
  }
  if (dictionary.kind === 'text') return { kind: 'text', numbers: codes, texts: dictionary.remembered(), dictionary };
  const numbers = Float64Array.from(codes, (code) => (dictionary.isNull(code) ? NaN : dictionary.number(code)));
  return { kind: dictionary.kind, numbers };
}
