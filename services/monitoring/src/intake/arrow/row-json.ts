import type { Column } from './column.js';
import { CONSTANTS, type ConstantName } from './constants.js';
import { FIELDS, type FieldName, type NamedColumn, type Sheet } from './sheet.js';

const OUTPUT = 'output.';

/** A row as the JSON of `prediction.logged`. What is null in a column is absent, but for features. */
export function rowJson(sheet: Sheet, row: number): string {
  const parts: string[] = [];
  const output: string[] = [];
  for (const name of Object.keys(FIELDS) as FieldName[]) {
    const value = fieldJson(sheet, name, row);
    if (value === undefined) continue;
    if (name.startsWith(OUTPUT)) output.push(`"${name.slice(OUTPUT.length)}":${value}`);
    else parts.push(`"${name}":${value}`);
  }
  parts.push(`"output":{${output.join(',')}}`);
  if (sheet.features.length > 0) parts.push(`"features":${objectJson(sheet.features, row)}`);
  const segments = sheet.segments.filter(({ column }) => !column.isNull(row));
  if (segments.length > 0) parts.push(`"segments":${objectJson(segments, row)}`);
  return `{${parts.join(',')}}`;
}

export function objectJson(columns: readonly NamedColumn[], row: number): string {
  let text = '{';
  for (let i = 0; i < columns.length; i += 1) {
    const { label, column } = columns[i]!;
    text += (i === 0 ? label : `,${label}`) + valueJson(column, row);
  }
  return `${text}}`;
}

function fieldJson({ fields, constants }: Sheet, name: FieldName, row: number): string | undefined {
  const column = fields[name];
  if (column !== undefined && !column.isNull(row)) return valueJson(column, row);
  if (!(CONSTANTS as readonly string[]).includes(name)) return undefined;
  const constant = constants[name as ConstantName];
  return constant === undefined ? undefined : JSON.stringify(constant);
}

function valueJson(column: Column, row: number): string {
  if (column.isNull(row)) return 'null';
  const x = column.number(row);
  switch (column.kind) {
    case 'text':
      return column.quoted(row);
    case 'boolean':
      return x === 1 ? 'true' : 'false';
    case 'time':
      return Math.abs(x) <= 8.64e15 ? JSON.stringify(new Date(x).toISOString()) : String(x);
    case 'none':
      return 'null';
    case 'number':
      return numberJson(x);
  }
}

/** JSON has no infinity, but 1e999 reads as one, so that the verdict on it stays the same. */
function numberJson(x: number): string {
  if (Number.isNaN(x)) return 'null';
  if (Number.isFinite(x)) return String(x);
  return x > 0 ? '1e999' : '-1e999';
}
