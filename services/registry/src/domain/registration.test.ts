import { expect, test } from '@jest/globals';
import type { RegisterVersion } from '@drawbridge/contracts';
import { modelFitProblems } from './model-fit.js';
import { registrationProblems } from './registration.js';

const sha256 = 'a'.repeat(64);

function aRegistration(change: Partial<RegisterVersion> = {}): RegisterVersion {
  return {
    artifact: { sha256, format: 'onnx' },
    signature: {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'scores', datatype: 'FP32', shape: [-1, 2] },
      ],
      prediction: { task: 'binary', value: 'label', score: 'scores', scoreIndex: 1 },
    },
    ...change,
  };
}

test('a complete registration has no problems', () => {
  expect(registrationProblems(aRegistration({ metrics: { auc: 0.7 }, baseline: { sha256 } }))).toEqual([]);
});

test.each<[string, Partial<RegisterVersion>]>([
  ['version', { version: 'latest' }],
  ['artifact.sha256', { artifact: { sha256: 'ABC', format: 'onnx' } }],
  ['baseline.sha256', { baseline: { sha256: '../etc/passwd' } }],
  ['gitCommit', { gitCommit: 'main' }],
  ['metrics.auc', { metrics: { auc: Number.NaN } }],
  ['parameters.p', { parameters: { p: 'x'.repeat(6001) } }],
  ['(body)', { parameters: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, 'x'.repeat(5000)])) }],
  ['metrics', { metrics: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m${i}`, i])) }],
  [
    'datasets.1',
    {
      datasets: [
        { name: 'd', digest: '1' },
        { name: 'd', digest: '1' },
      ],
    },
  ],
])('%s is named', (field, change) => {
  expect(registrationProblems(aRegistration(change)).map((problem) => problem.field)).toEqual([field]);
});

test.each([
  [
    'signature.inputs.1.name',
    {
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [-1] },
        { name: 'x', datatype: 'FP32', shape: [-1] },
      ],
    },
  ],
  ['signature.prediction.value', { prediction: { task: 'binary', value: 'nothing' } }],
  ['signature.prediction.score', { prediction: { task: 'binary', value: 'label', score: 'nothing' } }],
  ['signature.prediction.scoreIndex', { prediction: { task: 'binary', value: 'label', score: 'scores', scoreIndex: 2 } }],
] as const)('%s is named', (field, change) => {
  const { signature } = aRegistration();
  const changed = { ...signature, ...change } as RegisterVersion['signature'];
  expect(registrationProblems(aRegistration({ signature: changed })).map((problem) => problem.field)).toEqual([field]);
});

test('a signature must name the tensors that the file has', () => {
  const { signature } = aRegistration();
  expect(modelFitProblems(signature, { inputs: ['x'], outputs: ['label', 'scores', 'other'] })).toEqual([]);
  expect(modelFitProblems(signature, { inputs: ['x', 'y'], outputs: ['label'] }).map((problem) => problem.field)).toEqual([
    'signature.inputs',
    'signature.outputs.1.name',
  ]);
  expect(modelFitProblems(signature, { inputs: ['a', 'b'], outputs: ['label', 'scores'] })[0]!.message).toContain('it has a, b');
});

test('the inputs may be the columns of one matrix', () => {
  const { signature } = aRegistration();
  const columns = { ...signature, inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1] })) };
  expect(modelFitProblems(columns, { inputs: ['float_input'], outputs: ['label', 'scores'] })).toEqual([]);
});
