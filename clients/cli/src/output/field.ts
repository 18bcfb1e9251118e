import { plain } from './plain.js';

/** What lies at a dotted path. Along a list, the path is taken of every item; an index picks one. */
export function fieldOf(value: unknown, path: string): unknown {
  return path
    .split('.')
    .filter((part) => part !== '')
    .reduce(step, value);
}

function step(value: unknown, part: string): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (/^\d+$/.test(part)) return items[Number(part)];
    return items.map((item) => step(item, part));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
}

/** A value as one line for scripts: texts as they are, the rest as JSON, nothing as an empty line. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? plain(value) : JSON.stringify(value);
}
