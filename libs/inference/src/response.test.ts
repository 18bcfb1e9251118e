import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInferRequest } from './request.js';
import { modelMetadata, writeInferResponse, writeTensor } from './response.js';
import type { Tensor } from './types.js';

const outputs: Tensor[] = [
  { name: 'label', datatype: 'INT64', shape: [2], data: BigInt64Array.of(1n, 0n) },
  { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.25, 0.75, 1, 0) },
];

describe('a response', () => {
  test('carries name, version, id and all outputs', () => {
    const answer = writeInferResponse({ modelName: 'late', modelVersion: '3', id: 'a1', outputs });
    expect(answer).toEqual({
      model_name: 'late',
      model_version: '3',
      id: 'a1',
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [2], data: [1, 0] },
        { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: [0.25, 0.75, 1, 0] },
      ],
    });
  });

  test('or those that were asked for', () => {
    const answer = writeInferResponse({ modelName: 'late', id: 'a1', outputs }, ['probabilities']);
    expect(answer.outputs.map(({ name }) => name)).toEqual(['probabilities']);
  });

  test('BOOL is true and false', () => {
    expect(writeTensor({ name: 'b', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }).data).toEqual([true, false]);
  });

  test.each<[string, Tensor, string]>([
    ['NaN', { name: 'x', datatype: 'FP32', shape: [2], data: Float32Array.of(1, NaN) }, 'the model answered NaN at index 1'],
    ['large integers', { name: 'x', datatype: 'INT64', shape: [1], data: BigInt64Array.of(2n ** 60n) }, 'exactly'],
    ['FP16', { name: 'x', datatype: 'FP16', shape: [1], data: Uint16Array.of(1) }, 'no JSON form'],
  ])('%s does not become wrong JSON', (_what, tensor, message) => {
    expect(() => writeTensor(tensor)).toThrow(message);
  });
});

test('what is written is read back, value for value', () => {
  const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(doubles, (values) => {
      const tensor: Tensor = { name: 'x', datatype: 'FP64', shape: [values.length], data: Float64Array.from(values) };
      const wire: unknown = JSON.parse(JSON.stringify({ inputs: [writeTensor(tensor)] }));
      const back = readInferRequest(wire, { inputs: [{ name: 'x', datatype: 'FP64', shape: [-1] }], outputs: [] });
      // JSON has no negative zero.
      expect(back.ok && Array.from(back.value.inputs[0]!.data as Float64Array, (v) => v + 0)).toEqual(values.map((v) => v + 0));
    }),
  );
});

test('metadata names what the model takes', () => {
  const signature = { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] } as const], outputs: [] };
  expect(modelMetadata('late', signature, 'onnx_onnxv1', ['1', '2'])).toEqual({
    name: 'late',
    versions: ['1', '2'],
    platform: 'onnx_onnxv1',
    ...signature,
  });
});
