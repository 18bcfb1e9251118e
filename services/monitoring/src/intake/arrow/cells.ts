import { checkText } from '../reject.js';
import type { Column } from './column.js';

/** The text of a cell; undefined where there is none. */
export function textOf(column: Column | undefined, row: number): string | undefined {
  return column === undefined || column.isNull(row) ? undefined : column.text(row);
}

/** The number of a cell; undefined where there is none. */
export function numberOf(column: Column | undefined, row: number): number | undefined {
  return column === undefined || column.isNull(row) ? undefined : column.number(row);
}

/** Neither infinite nor NaN, if it is there. */
export function isPlain(x: number | undefined): boolean {
  return x === undefined || Number.isFinite(x);
}

/** Is there anything wrong with a text that may be absent? */
export function isFlawed(text: string | undefined): boolean {
  return text !== undefined && checkText(text, 'text') !== undefined;
}
