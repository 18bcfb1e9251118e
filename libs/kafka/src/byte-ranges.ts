import type { ByteRanges } from './event-log.js';

/** Values as stretches of one buffer. Those cut out of one buffer stay where they are; from several they are copied into one. */
export function byteRanges(values: readonly (Buffer | null)[]): ByteRanges {
  const start = new Int32Array(values.length);
  const end = new Int32Array(values.length).fill(-1);
  const present = values.flatMap((value) => value ?? []);
  const shared = present[0]?.buffer;
  const inOne = shared !== undefined && present.every(({ buffer }) => buffer === shared);
  let at = 0;
  values.forEach((value, index) => {
    if (value === null) return;
    start[index] = inOne ? value.byteOffset : at;
    end[index] = start[index]! + value.length;
    at += value.length;
  });
  return { bytes: inOne ? Buffer.from(shared) : Buffer.concat(present), start, end };
}
