import { expect, test } from '@jest/globals';
import { isEvent, type Signature } from '@drawbridge/contracts';
import type { Tensor } from '@drawbridge/inference';
import { anEndpoint, aTarget, scorerSignature } from '../../test/an-endpoint.js';
import { featuresOf, type LoggedCall, outputOf, predictionsOf } from './prediction.js';

const amount: Tensor = { name: 'amount', datatype: 'FP64', shape: [2, 1], data: Float64Array.of(1.5, 2.5) };
const country: Tensor = { name: 'country', datatype: 'BYTES', shape: [2, 1], data: ['AT', 'FR'] };
const score: Tensor = { name: 'score', datatype: 'FP64', shape: [2, 1], data: Float64Array.of(0.25, 0.75) };
const label: Tensor = { name: 'label', datatype: 'INT64', shape: [2, 1], data: BigInt64Array.of(0n, 1n) };

function aCall(change: Partial<LoggedCall> = {}): LoggedCall {
  return {
    endpoint: anEndpoint(),
    target: aTarget(),
    identity: { predictionId: 'p', time: new Date('2026-11-23T12:00:00Z') },
    rows: 2,
    inputs: [amount, country],
    outputs: [score, label],
    latencyMs: 1.23456,
    ...change,
  };
}

test('a batch is one event per row, and each keeps the contract', () => {
  const events = [...predictionsOf(aCall())];
  expect(events.map((event) => event.predictionId)).toEqual(['p-0', 'p-1']);
  expect(events.every((event) => isEvent('prediction.logged', event))).toBe(true);
  expect(events[1]).toEqual({
    predictionId: 'p-1',
    time: '2026-11-23T12:00:00.000Z',
    project: 'default',
    endpoint: 'scoring',
    deploymentId: 'd-1',
    model: 'scorer',
    version: '1',
    variant: 'stable',
    features: { amount: 2.5, country: 'FR' },
    output: { value: 1, class: '1', score: 0.75 },
    latencyMs: 1.235,
    status: 'ok',
  });
});

test('a single row keeps the id', () => {
  const one = { ...amount, shape: [1, 1], data: Float64Array.of(3) };
  expect([...predictionsOf(aCall({ rows: 1, inputs: [one], outputs: undefined as never }))][0]!.predictionId).toBe('p');
});

test('a refusal without a readable request is one event with its code', () => {
  const { inputs: _, outputs: __, ...rest } = aCall({ rows: 1, errorCode: 'DBR-INVALID-INPUT' });
  const [event] = [...predictionsOf(rest)];
  expect(event).toMatchObject({ status: 'error', errorCode: 'DBR-INVALID-INPUT', output: {} });
  expect(event).not.toHaveProperty('features');
  expect(isEvent('prediction.logged', event)).toBe(true);
});

test('an input with several values per row is logged by column, a very wide one not at all', () => {
  const pair: Tensor = { name: 'pair', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  const wide: Tensor = { name: 'wide', datatype: 'FP32', shape: [2, 100], data: new Float32Array(200) };
  const flag: Tensor = { name: 'flag', datatype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) };
  expect(featuresOf([pair, wide, flag], 1, 2)).toEqual({ 'pair.0': 3, 'pair.1': 4, flag: true });
});

const both: Tensor = { name: 'scores', datatype: 'FP64', shape: [2, 2], data: Float64Array.of(0.9, 0.1, 0.2, 0.8) };
const outputsOf = (prediction: Signature['prediction']): Signature => ({ ...scorerSignature, ...(prediction && { prediction }) });

test.each<[string, Signature['prediction'], readonly Tensor[], object]>([
  ['a binary score', { task: 'binary', value: 'label', score: 'score' }, [score, label], { value: 1, class: '1', score: 0.75 }],
  [
    'a column of scores',
    { task: 'binary', value: 'label', score: 'scores', scoreIndex: 1 },
    [both, label],
    { value: 1, class: '1', score: 0.8 },
  ],
  [
    'the last column without an index',
    { task: 'binary', value: 'label', score: 'scores' },
    [both, label],
    { value: 1, class: '1', score: 0.8 },
  ],
  [
    'a threshold on the score itself',
    { task: 'binary', value: 'score', score: 'score', threshold: 0.8 },
    [score],
    { value: 0, class: '0', score: 0.75 },
  ],
  [
    'several classes',
    { task: 'multiclass', value: 'label', score: 'scores' },
    [both, label],
    { value: 1, class: '1', scores: { 0: 0.2, 1: 0.8 } },
  ],
  ['a value', { task: 'regression', value: 'score' }, [score, label], { value: 0.75 }],
  ['a class without a score', { task: 'binary', value: 'label' }, [score, label], { value: 1, class: '1' }],
])('%s', (_, prediction, outputs, expected) => {
  expect(outputOf(outputs, outputsOf(prediction), 1, 2)).toEqual(expected);
});

test('without a word of the signature the first output is the prediction', () => {
  const { prediction: _, ...signature } = scorerSignature;
  expect(outputOf([label, score], signature, 1, 2)).toEqual({ value: 1 });
});
