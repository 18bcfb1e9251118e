import type { Tone } from './paint.js';
import { cut, padded, widthOf } from './width.js';

export interface TableCell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface TableModel {
  readonly titles: readonly string[];
  /** Numbers stand at the right. */
  readonly right: readonly boolean[];
  readonly rows: readonly (readonly TableCell[])[];
}

const GAP = '  ';
/** A column is never squeezed below this. */
const MIN_WIDTH = 6;

/** Lines of a table. With a width, the widest columns give way until it fits; without one nothing is cut. */
export function tableLines(table: TableModel, width: number | undefined, paint: (text: string, tone?: Tone) => string): string[] {
  const natural = table.titles.map((title, column) =>
    Math.max(widthOf(title), ...table.rows.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  const widths = width === undefined ? natural : squeezed(natural, width - GAP.length * (natural.length - 1));
  const line = (cells: readonly TableCell[]): string =>
    cells
      .map((cell, column) => {
        const space = widths[column] ?? 0;
        const text = cut(cell.text, space);
        const last = column === cells.length - 1 && table.right[column] !== true;
        return paint(last ? text : padded(text, space, table.right[column] === true), cell.tone);
      })
      .join(GAP)
      .trimEnd();
  return [line(table.titles.map((text) => ({ text, tone: 'head' }))), ...table.rows.map(line)];
}

/** Takes columns away from the widest until all fit, or nothing more can be taken. */
function squeezed(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const current = widths[widest] ?? 0;
    if (current <= MIN_WIDTH) break;
    const second = Math.max(MIN_WIDTH, ...widths.filter((_, column) => column !== widest));
    const step = Math.max(1, Math.min(excess, current - second));
    widths[widest] = current - step;
    excess -= step;
  }
  return widths;
}
