import { createHash, timingSafeEqual } from 'node:crypto';

/** `db_<keyId>_<secret>` */
const shape = /^db_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{8,200})$/;

export function keyIdOf(key: string): string | undefined {
  return shape.exec(key)?.[1];
}

/** SHA-256 of the whole key, as governance stores it. The secret is random, so that no slow hash is needed. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

const nobody = hashKey('nobody');

/** Compares in constant time; a missing hash costs the same as a wrong one. */
export function keyMatches(key: string, sha256: string | undefined): boolean {
  const expected = Buffer.from(sha256 ?? nobody, 'hex');
  const given = Buffer.from(hashKey(key), 'hex');
  return expected.length === given.length && timingSafeEqual(given, expected) && sha256 !== undefined;
}

/** The key in an Authorization header: Bearer, or Basic with the key as password. */
export function keyFromHeader(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : decoded.slice(colon + 1);
}
