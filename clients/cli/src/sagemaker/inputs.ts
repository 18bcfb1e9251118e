import { CaptureFault, isObject, isValue, type Value } from './fault.js';
import type { Payload } from './payload.js';

/** Features of one row by name; undefined when the values have no names: none are made up. */
export type Features = Readonly<Record<string, Value>> | undefined;

/** The rows that a request asked about. `names` are for values that come without. */
export function featureRows(payload: Payload, names: readonly string[] | undefined, place: string): Features[] {
  const rows = payload.kind === 'csv' ? payload.rows : payload.values.flatMap(instancesOf);
  if (rows.length === 0) throw new CaptureFault(place, 'has no rows');
  return rows.map((row, index) => named(row, names, rows.length === 1 ? place : `${place} row ${String(index + 1)}`));
}

/** The forms in which SageMaker's own containers take JSON: one row, a list of rows, or a list below `instances`. */
function instancesOf(value: unknown): readonly unknown[] {
  const list = isObject(value) ? value['instances'] : value;
  if (!Array.isArray(list)) return [value];
  return list.length > 0 && list.every(isValue) ? [list] : list;
}

function named(row: unknown, names: readonly string[] | undefined, place: string): Features {
  const values = isObject(row) ? (listIn(row) ?? row) : row;
  if (isObject(values)) {
    for (const [name, value] of Object.entries(values)) {
      if (!isValue(value)) throw new CaptureFault(place, `the feature ${name} must be a number, text, true, false or null`);
    }
    return values as Features;
  }
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  if (names === undefined) return undefined;
  if (list.length !== names.length) {
    throw new CaptureFault(place, `has ${String(list.length)} values, and ${String(names.length)} feature names were given`);
  }
  return Object.fromEntries(
    names.map((name, index) => {
      const value = list[index];
      if (!isValue(value)) throw new CaptureFault(place, `the value of ${name} must be a number, text, true, false or null`);
      return [name, value];
    }),
  );
}

/** `{"features": [1, 2]}` and `{"data": {"features": {"values": [1, 2]}}}` of the built-in algorithms. */
function listIn(row: Readonly<Record<string, unknown>>): unknown[] | undefined {
  const { features, data } = row;
  if (Array.isArray(features)) return features;
  const inner = isObject(data) ? data['features'] : features;
  const values = isObject(inner) ? inner['values'] : undefined;
  return Array.isArray(values) ? values : undefined;
}
