/** What is wrong with one captured request, and where in it. */
export class CaptureFault extends Error {
  override readonly name = 'CaptureFault';

  constructor(
    /** A dotted path in the line, `(line)` for the whole of it. */
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type Value = number | string | boolean | null;

export function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
