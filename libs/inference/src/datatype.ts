import type { Datatype, TensorData } from './types.js';

/** How one element type is stored and which JSON values it takes. */
interface Element {
  readonly allocate: (length: number) => TensorData;
  /** Bytes of one element; 0 for BYTES, which vary. */
  readonly bytes: number;
  /** Stores a JSON value; answers why not when it does not fit. */
  readonly set: (data: TensorData, index: number, value: unknown) => string | undefined;
}

function integer(low: number, high: number) {
  return (data: TensorData, index: number, value: unknown): string | undefined => {
    if (typeof value !== 'number') return `expected a whole number, got ${kindOf(value)}`;
    if (!Number.isInteger(value)) return `expected a whole number, got ${value}`;
    if (value < low || value > high) return `${value} is outside ${low} to ${high}`;
    (data as Int32Array)[index] = value;
    return undefined;
  };
}

/** JSON numbers carry 53 bits; a larger one would have been changed silently by the parser. */
function bigInteger(low: number) {
  return (data: TensorData, index: number, value: unknown): string | undefined => {
    if (typeof value !== 'number') return `expected a whole number, got ${kindOf(value)}`;
    if (!Number.isInteger(value)) return `expected a whole number, got ${value}`;
    if (!Number.isSafeInteger(value)) return `${value} is not a whole number that JSON carries exactly (53 bits)`;
    if (value < low) return `${value} is below ${low}`;
    (data as BigInt64Array)[index] = BigInt(value);
    return undefined;
  };
}

function real(largest: number) {
  return (data: TensorData, index: number, value: unknown): string | undefined => {
    if (typeof value !== 'number') return `expected a number, got ${kindOf(value)}`;
    if (!Number.isFinite(value)) return 'expected a finite number';
    if (Math.abs(value) > largest) return `${value} is too large for this datatype`;
    (data as Float64Array)[index] = value;
    return undefined;
  };
}

function bool(data: TensorData, index: number, value: unknown): string | undefined {
  if (value !== true && value !== false && value !== 0 && value !== 1) {
    return `expected true or false, got ${kindOf(value)}`;
  }
  (data as Uint8Array)[index] = Number(value);
  return undefined;
}

function bytes(data: TensorData, index: number, value: unknown): string | undefined {
  if (typeof value !== 'string') return `expected a string, got ${kindOf(value)}`;
  (data as string[])[index] = value;
  return undefined;
}

/** Values from here on round to infinity as single precision. */
const LARGEST_FLOAT = 3.4028235677973366e38;

export const elements: Readonly<Record<Datatype, Element>> = {
  BOOL: { bytes: 1, allocate: (n) => new Uint8Array(n), set: bool },
  UINT8: { bytes: 1, allocate: (n) => new Uint8Array(n), set: integer(0, 0xff) },
  UINT16: { bytes: 2, allocate: (n) => new Uint16Array(n), set: integer(0, 0xffff) },
  UINT32: { bytes: 4, allocate: (n) => new Uint32Array(n), set: integer(0, 0xffff_ffff) },
  UINT64: { bytes: 8, allocate: (n) => new BigUint64Array(n), set: bigInteger(0) },
  INT8: { bytes: 1, allocate: (n) => new Int8Array(n), set: integer(-0x80, 0x7f) },
  INT16: { bytes: 2, allocate: (n) => new Int16Array(n), set: integer(-0x8000, 0x7fff) },
  INT32: { bytes: 4, allocate: (n) => new Int32Array(n), set: integer(-0x8000_0000, 0x7fff_ffff) },
  INT64: { bytes: 8, allocate: (n) => new BigInt64Array(n), set: bigInteger(-Number.MAX_SAFE_INTEGER) },
  FP16: { bytes: 2, allocate: (n) => new Uint16Array(n), set: () => 'FP16 has no JSON form' },
  FP32: { bytes: 4, allocate: (n) => new Float32Array(n), set: real(LARGEST_FLOAT) },
  FP64: { bytes: 8, allocate: (n) => new Float64Array(n), set: real(Number.MAX_VALUE) },
  BYTES: { bytes: 0, allocate: (n) => Array.from({ length: n }, () => ''), set: bytes },
};

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(elements, value);
}

/** A name for what was sent, for error messages; never the value itself when it may be long. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
