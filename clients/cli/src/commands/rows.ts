import { usage } from '../errors.js';

/** What the model server says of a model, in the words of the Open Inference Protocol. */
export interface ModelMetadata {
  readonly inputs: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }[];
}

/** Rows by feature name as an Open Inference request: one tensor per input, a column per row. */
export function inferenceRequest({ inputs }: ModelMetadata, rows: readonly unknown[]): object {
  const names = inputs.map(({ name }) => name);
  const records = rows.map((row, index) => recordOf(row, index, names));
  return {
    inputs: inputs.map(({ name, datatype, shape }) => {
      const data = records.map((record) => record[name]).flat();
      const rest = shape.slice(1).map((size) => (size === -1 ? 1 : size));
      return { name, datatype, shape: [rows.length, ...rest], data };
    }),
  };
}

function recordOf(row: unknown, index: number, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw usage(`row ${index} is no object`, `write {${names.map((name) => `"${name}": …`).join(', ')}}`);
  }
  const record = row as Readonly<Record<string, unknown>>;
  const missing = names.filter((name) => record[name] === undefined);
  const unknown = Object.keys(record).filter((name) => !names.includes(name));
  if (missing.length > 0) throw usage(`row ${index} lacks ${missing.join(', ')}`, `the model takes ${names.join(', ')}`);
  if (unknown.length > 0)
    throw usage(`row ${index} has ${unknown.join(', ')}, which the model does not take`, `it takes ${names.join(', ')}`);
  return record;
}
