import { fault, isObject, type JsonObject } from './fault.js';

export type Value = number | string | boolean | null;

/** A tensor of the Open Inference Protocol v2, flat, by rows. */
export interface Rows {
  readonly name: string;
  readonly rows: number;
  /** Values per row. */
  readonly width: number;
  readonly data: readonly Value[];
}

/** Inputs or outputs of a v2 payload; `place` names them in faults. All have the same number of rows. */
export function readTensors(list: unknown, place: string): Rows[] {
  if (!Array.isArray(list) || list.length === 0) throw fault(place, 'must be a list of tensors with name, shape and data');
  const tensors = list.map((tensor: unknown, index) => readTensor(tensor, `${place}.${index}`));
  const rows = tensors[0]!.rows;
  const other = tensors.findIndex((tensor) => tensor.rows !== rows);
  if (other >= 0) throw fault(`${place}.${other}.shape`, `has ${tensors[other]!.rows} rows, the first tensor has ${rows}`);
  return tensors;
}

function readTensor(tensor: unknown, place: string): Rows {
  if (!isObject(tensor)) throw fault(place, 'must be a tensor with name, shape and data');
  const { name, shape, datatype, data } = tensor;
  if (typeof name !== 'string' || name === '') throw fault(`${place}.name`, 'must be text');
  if (!Array.isArray(data)) throw fault(`${place}.data`, binaryHint(tensor));
  const flat = data.flat(8) as unknown[];
  const values = flat.map((value, index) => {
    if (!isValue(value)) throw fault(`${place}.data.${index}`, 'must be a number, text, true, false or null');
    return datatype === 'BOOL' && typeof value === 'number' ? value !== 0 : value;
  });
  const dimensions = shapeOf(shape, values.length, `${place}.shape`);
  const rows = dimensions[0] ?? 1;
  const size = dimensions.reduce((product, each) => product * each, 1);
  if (size !== values.length) throw fault(`${place}.shape`, `says ${size} values, but data has ${values.length}`);
  if (rows === 0) throw fault(`${place}.shape`, 'has no rows');
  return { name, rows, width: size / rows, data: values };
}

function shapeOf(shape: unknown, length: number, place: string): number[] {
  if (shape === undefined) return [length];
  if (!Array.isArray(shape) || !shape.every((each) => Number.isSafeInteger(each) && (each as number) >= 0)) {
    throw fault(place, 'must be a list of whole numbers');
  }
  return shape as number[];
}

function binaryHint(tensor: JsonObject): string {
  const parameters = tensor['parameters'];
  const binary = isObject(parameters) && parameters['binary_data_size'] !== undefined;
  return binary ? 'is sent as binary tensors, which a payload logger cannot hand on; let the client send JSON' : 'must be a list';
}

/** A scalar of JSON; 1e999 reads as infinity and is none. */
export function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** Values of one row. */
export function rowOf(tensor: Rows, row: number): readonly Value[] {
  return tensor.data.slice(row * tensor.width, (row + 1) * tensor.width);
}
