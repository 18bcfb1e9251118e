import { readFile } from 'node:fs/promises';
import { reasonOf, usage } from './errors.js';
import type { Io } from './io.js';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90s`, `5m`, `24h`, `30d`; a bare number means seconds. */
export function parseDuration(text: string, flag: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)?$/.exec(text);
  const unit = units[found?.[2] ?? 's'];
  if (found?.[1] === undefined || unit === undefined) throw usage(`${flag} ${text} is not a duration`, 'write 30s, 5m, 24h or 7d');
  return Number(found[1]) * unit;
}

export function parseCount(text: string, flag: string, max = 1_000_000): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > max) throw usage(`${flag} ${text} is not a number from 1 to ${max}`);
  return count;
}

/** `key=value`, repeated. */
export function parsePairs(pairs: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`${flag} ${pair} is not key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export function parseNumbers(pairs: readonly string[], flag: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parsePairs(pairs, flag)).map(([name, text]): [string, number] => {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) throw usage(`${flag} ${name}=${text} is not a number`);
      return [name, value];
    }),
  );
}

/** A time as RFC 3339, or a duration before now. */
export function parseTime(text: string, flag: string, now: Date): string {
  if (/^\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text)) return new Date(now.getTime() - parseDuration(text, flag)).toISOString();
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw usage(`${flag} ${text} is not a time`, 'write 2026-03-05, 2026-03-05T12:00:00Z or 24h');
  return at.toISOString();
}

/** The content of `@file`, of stdin for `-`, or the text itself. */
export async function readInput(given: string, io: Io): Promise<string> {
  if (given === '-') return io.readStdin();
  return given.startsWith('@') ? readText(given.slice(1)) : given;
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`${file} cannot be read: ${reasonOf(error)}`, 'check the path');
  }
}

/** JSON, or YAML where the file's name says so. */
export async function readDocument(file: string): Promise<unknown> {
  const text = await readText(file);
  if (!/\.ya?ml$/i.test(file)) return parseJson(text, file);
  const { parse } = await import('yaml');
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw usage(`${file} is not YAML: ${reasonOf(error)}`);
  }
}

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw usage(`${what} is not JSON: ${reasonOf(error)}`, 'correct the JSON text');
  }
}
