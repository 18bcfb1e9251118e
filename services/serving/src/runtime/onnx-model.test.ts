/** @jest-environment ./services/serving/test/native-arrays.environment.cjs */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Signature } from '@drawbridge/contracts';
import type { Tensor } from '@drawbridge/inference';
import { scorerSignature } from '../../test/an-endpoint.js';
import { loadOnnx, ModelUnusable } from './onnx-model.js';

const file = (name: string): Buffer => readFileSync(new URL(`../../test/models/${name}.onnx`, import.meta.url));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test('a model answers in the order of its signature', async () => {
  const model = await loadOnnx(file('scorer-v1'), scorerSignature);
  const inputs: Tensor[] = [
    { name: 'amount', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(50, 300) },
    { name: 'country', datatype: 'BYTES', shape: [2, 1], data: ['AT', 'FR'] },
  ];
  const [score, label] = await model.run(inputs);
  expect([...(score!.data as Float32Array)].map((x) => x.toFixed(5))).toEqual([sigmoid(0.5), sigmoid(2)].map((x) => x.toFixed(5)));
  expect(label).toEqual({ name: 'label', datatype: 'INT64', shape: [2, 1], data: BigInt64Array.of(1n, 1n) });
  await model.release();
});

test('columns are put together for a model that takes a matrix', async () => {
  const columns = ['a', 'b', 'c'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] }));
  const model = await loadOnnx(file('matrix'), { inputs: columns, outputs: [{ name: 'total', datatype: 'FP32', shape: [-1, 1] }] });
  const inputs = columns.map(({ name, datatype }, i): Tensor => ({ name, datatype, shape: [2, 1], data: Float32Array.of(i, 10 * i) }));
  const [total] = await model.run(inputs);
  expect([...(total!.data as Float32Array)]).toEqual([3, 30]);
});

test('a column without its second dimension fits too', async () => {
  const signature = {
    inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [-1] }],
    outputs: [{ name: 'y', datatype: 'FP32' as const, shape: [-1] }],
  };
  const model = await loadOnnx(file('reciprocal'), signature);
  const [y] = await model.run([{ name: 'x', datatype: 'FP32', shape: [2], data: Float32Array.of(2, 4) }]);
  expect([...(y!.data as Float32Array)]).toEqual([0.5, 0.25]);
});

const inputs = scorerSignature.inputs;
const outputs = scorerSignature.outputs;

test.each<[string, string, Signature]>([
  ['has no output probability', 'scorer-v1', { inputs, outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1] }] }],
  ['output label is INT64', 'scorer-v1', { inputs, outputs: [{ name: 'label', datatype: 'FP32', shape: [-1] }] }],
  ['needs the input country', 'scorer-v1', { inputs: [inputs[0]!], outputs }],
  ['input amount is FP32', 'scorer-v1', { inputs: [{ ...inputs[0]!, datatype: 'FP64' }, inputs[1]!], outputs }],
  [
    '2 columns',
    'matrix',
    {
      inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [-1] })),
      outputs: [{ name: 'total', datatype: 'FP32', shape: [-1] }],
    },
  ],
  [
    'cannot be a column',
    'matrix',
    { inputs: [{ name: 'a', datatype: 'BYTES', shape: [-1] }], outputs: [{ name: 'total', datatype: 'FP32', shape: [-1] }] },
  ],
])('a signature that does not fit is refused: %s', async (why, name, signature) => {
  await expect(loadOnnx(file(name), signature)).rejects.toThrow(ModelUnusable);
  await expect(loadOnnx(file(name), signature)).rejects.toThrow(why);
});

test('bytes that are no model are refused', async () => {
  await expect(loadOnnx(Buffer.from('no model'), scorerSignature)).rejects.toThrow('the runtime refuses the file');
});
