import type { Value } from './fault.js';

/** Rows of CSV as RFC 4180 has it: quotes may hold commas, line breaks and doubled quotes. Empty lines are no rows. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (char === ',') endCell();
    else if (char === '\n') endRow();
    else if (char !== '\r') cell += char;
  }
  endRow();
  return rows;
}

/** CSV knows no types: what reads as a number is one, nothing is a missing value. */
export function csvValue(cell: string): Value {
  const text = cell.trim();
  if (text === '') return null;
  const number = Number(text);
  return Number.isFinite(number) && /^[-+]?[\d.]/.test(text) && !/^[-+]?0[xob]/i.test(text) ? number : text;
}
