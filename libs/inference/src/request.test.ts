import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInferRequest } from './request.js';
import type { Datatype, ModelSignature } from './types.js';

const signature: ModelSignature = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [-1] },
    { name: 'origin', datatype: 'BYTES', shape: [-1] },
    { name: 'weights', datatype: 'INT64', shape: [-1, 2] },
  ],
  outputs: [
    { name: 'label', datatype: 'INT64', shape: [-1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
  ],
};

const good = {
  id: 'a1',
  parameters: { trace: true },
  inputs: [
    { name: 'origin', datatype: 'BYTES', shape: [2], data: ['BOS', 'JFK'] },
    { name: 'distance', datatype: 'FP32', shape: [2], data: [187, 0.1] },
    {
      name: 'weights',
      datatype: 'INT64',
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  outputs: [{ name: 'label' }],
};

const withInput = (name: string, change: Record<string, unknown>): unknown => ({
  ...good,
  inputs: good.inputs.map((input) => (input.name === name ? { ...input, ...change } : input)),
});

function errorsOf(body: unknown): readonly { field: string; message: string }[] {
  const result = readInferRequest(body, signature);
  return result.ok ? [] : result.errors;
}

describe('a request that fits', () => {
  const result = readInferRequest(good, signature);
  if (!result.ok) throw new Error('refused');
  const { value } = result;

  test('has its inputs in the order of the signature, typed', () => {
    expect(value.inputs.map(({ name }) => name)).toEqual(['distance', 'origin', 'weights']);
    expect(value.inputs[0]!.data).toEqual(Float32Array.of(187, 0.1));
    expect(value.inputs[1]!.data).toEqual(['BOS', 'JFK']);
    expect(value.inputs[2]!.data).toEqual(BigInt64Array.of(1n, 2n, 3n, 4n));
  });

  test('keeps id, parameters and the outputs asked for', () => {
    expect(value).toMatchObject({ id: 'a1', parameters: { trace: true }, outputs: ['label'], rows: 2 });
  });

  test('flat and nested data are the same', () => {
    const flat = readInferRequest(withInput('weights', { data: [1, 2, 3, 4] }), signature);
    expect(flat).toEqual(result);
  });
});

describe('a request that does not fit is refused at the field', () => {
  test.each<[string, unknown, string, string]>([
    ['no object', [], '', 'must be a JSON object, got an array'],
    ['null', null, '', 'got null'],
    ['no inputs', { id: 'x' }, 'inputs', 'got nothing'],
    ['a numeric id', { ...good, id: 7 }, 'id', 'expected a string'],
    ['nested parameters', { ...good, parameters: { a: {} } }, 'parameters', 'strings, numbers and booleans'],
    ['a missing input', { inputs: good.inputs.slice(0, 2) }, 'inputs.weights', 'required by the model and missing'],
    ['a strange input', { inputs: [...good.inputs, { name: 'hue' }] }, 'inputs.hue', 'it takes distance, origin, weights'],
    ['an input twice', { inputs: [...good.inputs, good.inputs[0]] }, 'inputs.origin', 'given twice'],
    ['an input without a name', { inputs: [...good.inputs, {}] }, 'inputs[3].name', 'needs a name'],
    ['an input that is none', { inputs: [...good.inputs, 4] }, 'inputs[3]', 'got a number'],
    ['another datatype', withInput('distance', { datatype: 'FP64' }), 'inputs.distance.datatype', 'expected FP32, got FP64'],
    ['no datatype', withInput('distance', { datatype: undefined }), 'inputs.distance.datatype', 'got nothing'],
    ['another rank', withInput('distance', { shape: [2, 1] }), 'inputs.distance.shape', 'expected [-1] (-1 is any size), got [2, 1]'],
    ['a fractional shape', withInput('distance', { shape: [1.5] }), 'inputs.distance.shape', 'array of dimensions'],
    ['another width', withInput('weights', { shape: [2, 3] }), 'inputs.weights.shape', 'expected [-1, 2]'],
    ['too few values', withInput('distance', { data: [1] }), 'inputs.distance.data', 'needs 2 values, got 1'],
    ['no data', withInput('distance', { data: undefined }), 'inputs.distance.data', 'binary tensors are not accepted'],
    ['a ragged nest', withInput('weights', { data: [[1, 2, 3], [4]] }), 'inputs.weights.data', 'must follow the shape [2, 2]'],
    ['a nest too deep', withInput('distance', { data: [[1, 2]] }), 'inputs.distance.data', 'must follow the shape'],
    ['text for a number', withInput('distance', { data: [1, '2'] }), 'inputs.distance.data[1]', 'got a string'],
    ['null for a number', withInput('distance', { data: [null, 2] }), 'inputs.distance.data[0]', 'got null'],
    ['not finite', withInput('distance', { data: [1, Infinity] }), 'inputs.distance.data[1]', 'finite'],
    ['too large for FP32', withInput('distance', { data: [1, 1e39] }), 'inputs.distance.data[1]', 'too large'],
    ['a fraction for an integer', withInput('weights', { data: [1, 2.5, 3, 4] }), 'inputs.weights.data[1]', 'whole number, got 2.5'],
    ['beyond 53 bits', withInput('weights', { data: [1, 2 ** 60, 3, 4] }), 'inputs.weights.data[1]', '53 bits'],
    ['a number for a string', withInput('origin', { data: ['BOS', 3] }), 'inputs.origin.data[1]', 'expected a string'],
    [
      'batches of different size',
      withInput('distance', { shape: [1], data: [1] }),
      'inputs.origin.shape',
      '2 rows, but input distance has 1',
    ],
    ['a strange output', { ...good, outputs: [{ name: 'odds' }] }, 'outputs.odds', 'it gives label, probabilities'],
    ['outputs that are none', { ...good, outputs: 'label' }, 'outputs', 'expected an array'],
  ])('%s', (_what, body, field, message) => {
    const errors = errorsOf(body);
    const found = errors.find((error) => error.field === field);
    expect({ fields: errors.map((e) => e.field), message: found?.message }).toEqual({
      fields: expect.arrayContaining([field]),
      message: expect.stringContaining(message),
    });
  });

  test('an empty batch', () => {
    const inputs = good.inputs.map((input) => ({ ...input, shape: input.shape.length === 2 ? [0, 2] : [0], data: [] }));
    expect(errorsOf({ inputs })[0]?.message).toContain('an empty batch');
  });

  test('every wrong field at once, but not a million messages', () => {
    const body = withInput('distance', { shape: [100_000], data: Array.from({ length: 100_000 }, () => 'x') });
    expect(errorsOf(body)).toHaveLength(20);
  });

  test('a tensor larger than the limit', () => {
    const result = readInferRequest(good, signature, { maxElements: 3 });
    expect(result).toMatchObject({ ok: false, errors: [{ field: 'inputs.weights.shape' }] });
  });

  test('long names from outside are kept short', () => {
    const [error] = errorsOf({ inputs: [...good.inputs, { name: 'x'.repeat(10_000) }] });
    expect(error!.field.length).toBeLessThan(100);
  });
});

describe('every datatype', () => {
  test.each<[Datatype, unknown, unknown, unknown]>([
    // datatype, a good value, as stored, a bad value
    ['BOOL', true, 1, 2],
    ['UINT8', 255, 255, 256],
    ['UINT16', 65_535, 65_535, -1],
    ['UINT32', 4_294_967_295, 4_294_967_295, 4_294_967_296],
    ['UINT64', 7, 7n, -7],
    ['INT8', -128, -128, 128],
    ['INT16', -32_768, -32_768, 32_768],
    ['INT32', -2_147_483_648, -2_147_483_648, 2_147_483_648],
    ['INT64', -7, -7n, 0.5],
    ['FP32', 0.5, 0.5, NaN],
    ['FP64', 1e300, 1e300, -Infinity],
    ['BYTES', 'é', 'é', true],
  ])('%s', (datatype, value, stored, bad) => {
    const one: ModelSignature = { inputs: [{ name: 'x', datatype, shape: [1] }], outputs: [] };
    const send = (v: unknown) => readInferRequest({ inputs: [{ name: 'x', datatype, shape: [1], data: [v] }] }, one);
    const result = send(value);
    expect(result.ok && result.value.inputs[0]!.data[0]).toBe(stored);
    expect(send(bad)).toMatchObject({ ok: false, errors: [{ field: 'inputs.x.data[0]' }] });
  });

  test('FP16 has no JSON form', () => {
    const half: ModelSignature = { inputs: [{ name: 'x', datatype: 'FP16', shape: [1] }], outputs: [] };
    const result = readInferRequest({ inputs: [{ name: 'x', datatype: 'FP16', shape: [1], data: [1] }] }, half);
    expect(result).toMatchObject({ ok: false, errors: [{ message: 'FP16 has no JSON form' }] });
  });
});

test('no JSON value makes it throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      readInferRequest(a, signature);
      readInferRequest({ inputs: [a, { name: 'distance', datatype: 'FP32', shape: a, data: b }], outputs: b, id: a }, signature);
      expect(readInferRequest({ inputs: b }, signature).ok).toBe(false);
    }),
  );
});
