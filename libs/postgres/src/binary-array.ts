const OIDS = { bytea: 17, text: 25, jsonb: 3802 } as const;
const HEAD = 20;
const NONE = -1;
/** What a jsonb begins with on its way to the server, before its text. */
const JSONB_VERSION = 1;

/**
 * An array of large values as one parameter in the server's binary form. Written as text, bytes would be twice as long and
 * each quote of a JSON document would be escaped, and the server would read all of that character by character.
 */
export function binaryArray(type: keyof typeof OIDS, values: readonly (string | Uint8Array | null)[]): Buffer {
  const before = type === 'jsonb' ? 1 : 0;
  const lengths = values.map((value) => (value === null ? NONE : before + byteLength(value)));
  const result = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEAD));
  const nulls = lengths.includes(NONE) ? 1 : 0;
  // Dimensions, whether there are nulls, the type, and the length and first index of the only dimension.
  let at = 0;
  for (const word of [1, nulls, OIDS[type], values.length, 1]) at = result.writeInt32BE(word, at);
  values.forEach((value, i) => {
    at = result.writeInt32BE(lengths[i]!, at);
    if (value === null) return;
    if (before > 0) at = result.writeUInt8(JSONB_VERSION, at);
    if (typeof value === 'string') at += result.write(value, at);
    else {
      result.set(value, at);
      at += value.length;
    }
  });
  return result;
}

function byteLength(value: string | Uint8Array): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}
