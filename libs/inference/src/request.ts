import { elements, isDatatype, kindOf } from './datatype.js';
import type { FieldError, InferRequest, ModelSignature, Parameters, Parsed, Tensor, TensorSpec } from './types.js';

export interface InferLimits {
  /** Most elements in one tensor. Default 1 000 000. */
  readonly maxElements?: number;
  /** Errors listed before the rest is left out. Default 20. */
  readonly maxErrors?: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Collects errors up to a limit, so that a million wrong values do not make a million messages. */
class Errors {
  readonly list: FieldError[] = [];
  constructor(private readonly limit: number) {}

  add(field: string, message: string): void {
    if (this.list.length < this.limit) this.list.push({ field, message });
  }

  get full(): boolean {
    return this.list.length >= this.limit;
  }
}

/**
 * Reads the JSON body of an infer request against a model's signature.
 * Every input of the signature must be there once, with its datatype, a fitting shape and finite values.
 */
export function readInferRequest(body: unknown, signature: ModelSignature, limits: InferLimits = {}): Parsed<InferRequest> {
  const errors = new Errors(limits.maxErrors ?? 20);
  if (!isObject(body)) return refuse('', `the body must be a JSON object, got ${kindOf(body)}`);
  const { id, parameters, inputs: sent, outputs } = body;
  if (id !== undefined && typeof id !== 'string') errors.add('id', `expected a string, got ${kindOf(id)}`);
  if (parameters !== undefined) checkParameters(parameters, 'parameters', errors);
  if (!Array.isArray(sent)) {
    errors.add('inputs', `expected an array of tensors, got ${kindOf(sent)}`);
    return { ok: false, errors: errors.list };
  }
  const byName = collect(sent, signature, errors);
  const inputs: Tensor[] = [];
  for (const spec of signature.inputs) {
    const tensor = byName.get(spec.name);
    if (tensor === undefined) errors.add(`inputs.${spec.name}`, 'this input is required by the model and missing');
    else {
      const read = readTensor(tensor, spec, limits.maxElements ?? 1_000_000, errors);
      if (read) inputs.push(read);
    }
  }
  const names = outputs === undefined ? undefined : readOutputs(outputs, signature, errors);
  const rows = errors.list.length === 0 ? commonRows(inputs, signature, errors) : 0;
  if (errors.list.length > 0) return { ok: false, errors: errors.list };
  return {
    ok: true,
    value: {
      ...(typeof id === 'string' && { id }),
      ...(parameters !== undefined && { parameters: parameters as Parameters }),
      inputs,
      ...(names && { outputs: names }),
      rows,
    },
  };
}

/** Sorts the sent tensors by name and refuses strangers and doubles. */
function collect(sent: readonly unknown[], signature: ModelSignature, errors: Errors): Map<string, JsonObject> {
  const byName = new Map<string, JsonObject>();
  const known = new Set(signature.inputs.map((spec) => spec.name));
  sent.forEach((tensor, i) => {
    if (!isObject(tensor)) errors.add(`inputs[${i}]`, `expected a tensor object, got ${kindOf(tensor)}`);
    else if (typeof tensor['name'] !== 'string') errors.add(`inputs[${i}].name`, 'a tensor needs a name');
    else if (!known.has(tensor['name'])) {
      errors.add(`inputs.${clip(tensor['name'])}`, `the model has no such input; it takes ${[...known].join(', ')}`);
    } else if (byName.has(tensor['name'])) errors.add(`inputs.${tensor['name']}`, 'this input is given twice');
    else byName.set(tensor['name'], tensor);
  });
  return byName;
}

function readTensor(tensor: JsonObject, spec: TensorSpec, maxElements: number, errors: Errors): Tensor | undefined {
  const at = `inputs.${spec.name}`;
  const { datatype, shape, data, parameters } = tensor;
  if (parameters !== undefined) checkParameters(parameters, `${at}.parameters`, errors);
  if (!isDatatype(datatype) || datatype !== spec.datatype) {
    const got = typeof datatype === 'string' ? clip(datatype) : kindOf(datatype);
    errors.add(`${at}.datatype`, `expected ${spec.datatype}, got ${got}`);
    return undefined;
  }
  const size = readShape(shape, spec, `${at}.shape`, errors);
  if (size === undefined) return undefined;
  if (size > maxElements) {
    errors.add(`${at}.shape`, `${size} values are more than the ${maxElements} accepted in one tensor`);
    return undefined;
  }
  if (!Array.isArray(data)) {
    const hint = data === undefined ? ' (binary tensors are not accepted here)' : '';
    errors.add(`${at}.data`, `expected an array, got ${kindOf(data)}${hint}`);
    return undefined;
  }
  return readData(data, spec, shape as number[], size, errors);
}

/** Answers the number of elements, or nothing after reporting why the shape does not fit. */
function readShape(shape: unknown, spec: TensorSpec, at: string, errors: Errors): number | undefined {
  const expected = `[${spec.shape.join(', ')}]`;
  if (!Array.isArray(shape) || !shape.every((d) => Number.isInteger(d) && d >= 0)) {
    errors.add(at, `expected an array of dimensions like ${expected}`);
    return undefined;
  }
  const fits = shape.length === spec.shape.length && spec.shape.every((d, i) => d === -1 || d === shape[i]);
  if (!fits) {
    const open = spec.shape.includes(-1) ? ' (-1 is any size)' : '';
    errors.add(at, `expected ${expected}${open}, got ${clip(`[${shape.join(', ')}]`)}`);
    return undefined;
  }
  return shape.reduce((product: number, d: number) => product * d, 1);
}

function readData(sent: readonly unknown[], spec: TensorSpec, shape: number[], size: number, errors: Errors): Tensor | undefined {
  const at = `inputs.${spec.name}.data`;
  const before = errors.list.length;
  const flat: unknown[] = [];
  if (!flatten(sent, shape, 0, flat)) {
    errors.add(at, `nested arrays must follow the shape [${shape.join(', ')}]`);
    return undefined;
  }
  if (flat.length !== size) {
    errors.add(at, `the shape [${shape.join(', ')}] needs ${size} values, got ${flat.length}`);
    return undefined;
  }
  const element = elements[spec.datatype];
  const data = element.allocate(size);
  for (let i = 0; i < size && !errors.full; i += 1) {
    const problem = element.set(data, i, flat[i]);
    if (problem !== undefined) errors.add(`${at}[${i}]`, problem);
  }
  return errors.list.length === before ? { name: spec.name, datatype: spec.datatype, shape, data } : undefined;
}

/** Row-major values of a flat array, or of arrays nested exactly as the shape says. */
function flatten(value: readonly unknown[], shape: readonly number[], depth: number, into: unknown[]): boolean {
  const nested = value.length > 0 && Array.isArray(value[0]);
  if (!nested) {
    if (depth > 0 && (depth !== shape.length - 1 || value.length !== shape[depth])) return false;
    // Not push(...value): a spread of a large array overflows the stack.
    for (const item of value) into.push(item);
    return true;
  }
  if (depth >= shape.length - 1 || value.length !== shape[depth]) return false;
  return value.every((item) => Array.isArray(item) && flatten(item, shape, depth + 1, into));
}

/** Inputs whose first dimension is open must agree on it. */
function commonRows(inputs: readonly Tensor[], signature: ModelSignature, errors: Errors): number {
  let rows: number | undefined;
  let first = '';
  inputs.forEach((tensor, i) => {
    if (signature.inputs[i]!.shape[0] !== -1) return;
    const own = tensor.shape[0]!;
    if (rows === undefined) {
      rows = own;
      first = tensor.name;
    } else if (own !== rows) {
      errors.add(`inputs.${tensor.name}.shape`, `${own} rows, but input ${first} has ${rows}`);
    }
  });
  if (rows === 0) errors.add(`inputs.${first}.shape`, 'an empty batch has nothing to predict');
  return rows ?? 1;
}

function readOutputs(outputs: unknown, signature: ModelSignature, errors: Errors): string[] | undefined {
  if (!Array.isArray(outputs)) {
    errors.add('outputs', `expected an array, got ${kindOf(outputs)}`);
    return undefined;
  }
  const known = new Set(signature.outputs.map((spec) => spec.name));
  const names: string[] = [];
  outputs.forEach((output: unknown, i) => {
    const name = isObject(output) ? output['name'] : undefined;
    if (typeof name !== 'string') errors.add(`outputs[${i}].name`, 'an output needs a name');
    else if (!known.has(name)) {
      errors.add(`outputs.${clip(name)}`, `the model has no such output; it gives ${[...known].join(', ')}`);
    } else if (!names.includes(name)) names.push(name);
  });
  return names.length > 0 ? names : undefined;
}

function checkParameters(value: unknown, at: string, errors: Errors): void {
  const scalar = (v: unknown): boolean => typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean';
  if (!isObject(value) || !Object.values(value).every(scalar)) {
    errors.add(at, 'parameters must be an object of strings, numbers and booleans');
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text from outside, kept short in messages. */
function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function refuse(field: string, message: string): Parsed<never> {
  return { ok: false, errors: [{ field, message }] };
}
