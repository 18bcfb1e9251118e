import type { ExitCode } from '../exit.js';
import { plain } from './plain.js';
import { toneOf } from './paint.js';
import type { TableCell, TableModel } from './table.js';

export type CellValue = string | number | boolean | null | undefined;

/** One column of a list, or one line of a single object. */
export interface Column<T> {
  readonly title: string;
  readonly of: (item: T) => CellValue;
  /** Only with `-o wide`; a single object shows it always. */
  readonly wide?: boolean;
  readonly right?: boolean;
  /** The text is a status word and is coloured as one. */
  readonly status?: boolean;
}

export interface Section {
  readonly title: string;
  readonly table: TableModel;
}

/** What a command has to show, in whatever format was asked for. */
export interface Shown {
  /** For machine formats: an array for lists, an object for one thing. */
  readonly value: unknown;
  readonly names: () => string[];
  readonly table: (wide: boolean) => TableModel;
  /** A single object is shown as one line per field. */
  readonly single: boolean;
  readonly sections: () => Section[];
  readonly env: (() => Record<string, string>) | undefined;
  /** Prose for people, to stderr. */
  readonly note?: string;
  readonly exit?: ExitCode;
  /** Everything was printed on the way; only the exit code is left. */
  readonly silent?: boolean;
}

export interface ListView<T> {
  readonly columns: readonly Column<T>[];
  readonly name: (item: T) => string;
  readonly note?: string;
  readonly exit?: ExitCode;
}

export interface OneView<T> extends ListView<T> {
  readonly sections?: (item: T) => Section[];
  readonly env?: (item: T) => Record<string, string>;
}

export function list<T>(items: readonly T[], view: ListView<T>): Shown {
  return {
    value: items,
    names: () => items.map(view.name),
    table: (wide) =>
      tableOf(
        items,
        view.columns.filter((column) => wide || column.wide !== true),
      ),
    single: false,
    sections: () => [],
    env: undefined,
    ...extras(view),
  };
}

export function one<T>(item: T, view: OneView<T>): Shown {
  return {
    value: item,
    names: () => [view.name(item)],
    table: () => tableOf([item], view.columns),
    single: true,
    sections: () => view.sections?.(item) ?? [],
    env: () => view.env?.(item) ?? scalars(item),
    ...extras(view),
  };
}

function extras<T>(view: ListView<T>): Pick<Shown, 'note' | 'exit'> {
  return { ...(view.note === undefined ? {} : { note: view.note }), ...(view.exit === undefined ? {} : { exit: view.exit }) };
}

export function tableOf<T>(items: readonly T[], columns: readonly Column<T>[]): TableModel {
  return {
    titles: columns.map((column) => column.title),
    right: columns.map((column) => column.right === true),
    rows: items.map((item) => columns.map((column) => cellOf(column, item))),
  };
}

export function section<T>(title: string, items: readonly T[], columns: readonly Column<T>[]): Section {
  return { title, table: tableOf(items, columns) };
}

function cellOf<T>(column: Column<T>, item: T): TableCell {
  const value = column.of(item);
  const text = value === undefined || value === null || value === '' ? '-' : plain(String(value));
  const tone = column.status === true ? toneOf(text) : undefined;
  return tone === undefined ? { text } : { text, tone };
}

/** Every plain field of an object as an environment variable. */
function scalars(item: unknown): Record<string, string> {
  if (typeof item !== 'object' || item === null) return {};
  const plainFields = Object.entries(item).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plainFields.map(([name, value]) => [`DRAWBRIDGE_${snake(name)}`, String(value)]));
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}
