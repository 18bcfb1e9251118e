import { fault, isObject, type JsonObject } from './fault.js';
import { isValue, readTensors, rowOf, type Rows, type Value } from './tensors.js';

export type Features = Readonly<Record<string, Value>>;

/** Values of one field with several per row that are kept, as `name.0`, `name.1` …; longer ones are left out. */
const WIDEST = 64;
export const MAX_ROWS = 5000;

/**
 * The rows of a v1 (`instances`) or v2 (`inputs`) request by the names of their features. `names` are those of values that
 * come in a list; without them such values have no name, and the row has no features.
 */
export function readRequest(payload: unknown, names: readonly string[] | undefined): (Features | undefined)[] {
  if (!isObject(payload)) throw fault('data', 'must be a JSON object with instances (v1) or inputs (v2)');
  if (payload['inputs'] !== undefined) return ofTensors(readTensors(payload['inputs'], 'data.inputs'), names);
  const { instances } = payload;
  if (!Array.isArray(instances) || instances.length === 0)
    throw fault('data.instances', 'must be a list with at least one instance, or give inputs (v2)');
  bounded(instances.length, 'data.instances');
  return instances.map((instance: unknown, index) => ofInstance(instance, names, `data.instances.${index}`));
}

function ofTensors(tensors: readonly Rows[], names: readonly string[] | undefined): Features[] {
  const [first] = tensors;
  const rows = first!.rows;
  bounded(rows, 'data.inputs');
  const whole = tensors.length === 1 && names !== undefined && first!.width > 1;
  if (whole && names.length !== first!.width)
    throw fault('features', `names ${names.length} features, but a row has ${first!.width} values`);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(tensors.flatMap((tensor) => (whole ? zip(names, rowOf(tensor, row)) : spread(tensor.name, rowOf(tensor, row))))),
  );
}

function ofInstance(instance: unknown, names: readonly string[] | undefined, place: string): Features | undefined {
  if (isObject(instance)) return ofObject(instance);
  const values = (Array.isArray(instance) ? instance : [instance]) as unknown[];
  if (names === undefined) return undefined;
  if (values.length !== names.length) throw fault(place, `has ${values.length} values, but ${names.length} names of features are given`);
  return Object.fromEntries(
    zip(
      names,
      values.map((value, column) => {
        if (!isValue(value)) throw fault(`${place}.${column}`, 'must be a number, text, true, false or null');
        return value;
      }),
    ),
  );
}

/** Scalars by name, short lists by name and number; what is nested deeper is no feature. */
function ofObject(instance: JsonObject): Features {
  return Object.fromEntries(
    Object.entries(instance).flatMap(([name, value]): [string, Value][] => {
      if (isValue(value)) return [[name, value]];
      return Array.isArray(value) && value.every(isValue) ? spread(name, value) : [];
    }),
  );
}

function spread(name: string, values: readonly Value[]): [string, Value][] {
  if (values.length === 1) return [[name, values[0]!]];
  return values.length > WIDEST ? [] : values.map((value, column) => [`${name}.${column}`, value]);
}

function zip(names: readonly string[], values: readonly Value[]): [string, Value][] {
  return names.map((name, column) => [name, values[column] ?? null]);
}

function bounded(rows: number, place: string): void {
  if (rows > MAX_ROWS) throw fault(place, `has ${rows} rows, at most ${MAX_ROWS} are allowed in one request`);
}
