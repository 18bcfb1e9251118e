import { usage } from '../errors.js';
import { fieldOf, fieldText } from './field.js';
import type { Paint } from './paint.js';
import type { Shown } from './shown.js';
import { type TableModel, tableLines } from './table.js';
import { widthOf } from './width.js';

export const formats = ['table', 'wide', 'json', 'yaml', 'ndjson', 'name', 'env'] as const;
export type Format = (typeof formats)[number];

export interface RenderOptions {
  readonly format: Format;
  /** A dotted path: print only what is there. */
  readonly field?: string;
  /** Columns of the terminal; absent: nothing is cut. */
  readonly width: number | undefined;
  readonly paint: Paint;
}

/** The text that goes to stdout, complete with its last line break; empty when there is nothing to say. */
export async function render(shown: Shown, options: RenderOptions): Promise<string> {
  const { format, field } = options;
  if (field !== undefined) return renderField(shown.value, field, format);
  switch (format) {
    case 'json':
      return `${JSON.stringify(shown.value, undefined, 2)}\n`;
    case 'ndjson':
      return ndjson(shown.value);
    case 'yaml':
      return (await import('yaml')).stringify(shown.value);
    case 'name':
      return shown
        .names()
        .map((name) => `${name}\n`)
        .join('');
    case 'env':
      return renderEnv(shown);
    case 'table':
    case 'wide':
      return renderTable(shown, options);
  }
}

function ndjson(value: unknown): string {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

async function renderField(value: unknown, path: string, format: Format): Promise<string> {
  const found = fieldOf(value, path);
  if (format === 'json') return `${JSON.stringify(found ?? null, undefined, 2)}\n`;
  if (format === 'ndjson') return ndjson(found ?? null);
  if (format === 'yaml') return (await import('yaml')).stringify(found ?? null);
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  return values.map((each) => `${fieldText(each)}\n`).join('');
}

function renderEnv(shown: Shown): string {
  if (shown.env === undefined) throw usage('-o env shows one thing; this is a list', 'use -o json or -o name');
  return Object.entries(shown.env())
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

/** A word for POSIX shells, whatever is in it. */
export function quoted(value: string): string {
  return /^[\w./:@%+,=-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

function renderTable(shown: Shown, { format, width, paint }: RenderOptions): string {
  const table = shown.table(format === 'wide');
  if (!shown.single) return table.rows.length === 0 ? '' : lines(tableLines(table, width, paint));
  const parts = [fieldLines(table, paint)];
  for (const part of shown.sections()) {
    if (part.table.rows.length === 0) continue;
    parts.push([
      '',
      paint(part.title, 'head'),
      ...tableLines(part.table, width === undefined ? undefined : width - 2, paint).map((line) => `  ${line}`),
    ]);
  }
  return lines(parts.flat());
}

/** One object: a line per field, nothing cut. */
function fieldLines(table: TableModel, paint: Paint): string[] {
  const [row = []] = table.rows;
  const space = Math.max(...table.titles.map(widthOf));
  return table.titles.map((title, column) => {
    const cell = row[column];
    return `${paint(title.padEnd(space), 'dim')}  ${paint(cell?.text ?? '-', cell?.tone)}`;
  });
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
