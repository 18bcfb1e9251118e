/**
 * Is a prediction kept, at this rate? Decided by its id alone, so that a record that is read again is kept again, and a
 * rate that rises keeps all that was kept before. FNV-1a over the UTF-8 bytes of the id, finished as MurmurHash3 does.
 */
export function isKept(predictionId: string, rate: number): boolean {
  if (rate >= 1) return true;
  return idHash(predictionId) < rate * 4_294_967_296;
}

/** 32 bits, unsigned. */
export function idHash(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    if (code > 127) return finish(bytesHash(Buffer.from(id)));
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return finish(hash);
}

function bytesHash(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 1) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
