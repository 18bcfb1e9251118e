import { textHash } from './text-hash.js';

/**
 * Is a prediction kept, at this rate? Decided by its id alone, so that a record that is read again is kept again, and a
 * rate that rises keeps all that was kept before.
 */
export function isKept(predictionId: string, rate: number): boolean {
  return rate >= 1 || textHash(predictionId) < rate * 4_294_967_296;
}
