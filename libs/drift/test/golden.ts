import { readFileSync } from 'node:fs';

/** Reads a fixture that golden/generate.py wrote. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Difference relative to the expected value; absolute when that is 0. */
export function relative(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}
