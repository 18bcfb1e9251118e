import type { Api, Query } from './client/api.js';
import type { ListOptions } from './command.js';
import { freshText, notes } from './freshness.js';
import { type Column, list, type Shown } from './output/shown.js';
import { parseCount } from './parse.js';

/** Reads a list as far as it was asked for and shows it. */
export async function listing<T>(
  api: Api,
  path: string,
  options: ListOptions & { readonly query?: Query },
  view: { columns: readonly Column<T>[]; name: (item: T) => string; nothing: string },
): Promise<Shown> {
  const { items, more, fresh } = await api.items<T>(path, options.query ?? {}, limitOf(options));
  const { note } = noteOf(items.length, more, view.nothing);
  return list(items, { columns: view.columns, name: view.name, ...notes(note, freshText(fresh)) });
}

export function limitOf(options: ListOptions): number {
  return options.all === true ? Number.MAX_SAFE_INTEGER : parseCount(options.limit, '--limit');
}

export function noteOf(count: number, more: boolean, nothing: string): { note?: string } {
  if (count === 0) return { note: nothing };
  return more ? { note: `the first ${count}; there are more: --limit or --all` } : {};
}

/** RFC 3339 without the fraction, as tables show times. */
export function timeText(time: string | undefined): string | undefined {
  return time?.replace(/\.\d+Z$/, 'Z');
}
