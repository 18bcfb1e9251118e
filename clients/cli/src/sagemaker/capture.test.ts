import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { violations } from '@drawbridge/contracts';
import { type CaptureFacts, predictionsOf } from './capture.js';

const folder = join(import.meta.dirname, '../../test/sagemaker/2026/03/05/12');
const samples = (name: string): string[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const facts: CaptureFacts = { model: 'churn', version: '3', project: 'shop', featureNames: ['age', 'plan'], meaning: 'score' };

describe('a line of a data capture', () => {
  test('in CSV is one prediction per row, by the id of the caller or of the event', () => {
    const found = samples('00-csv.jsonl').flatMap((line) => predictionsOf(line, facts));
    const common = { project: 'shop', model: 'churn', version: '3', status: 'ok' };
    expect(found).toEqual([
      {
        ...common,
        predictionId: '6f1c0b5e-2a11-4c6e-9d0a-000000000001',
        time: '2026-03-05T12:00:01.000Z',
        features: { age: 41, plan: 'flat' },
        output: { score: 0.81 },
      },
      {
        ...common,
        predictionId: 'order-2-0',
        time: '2026-03-05T12:00:02.000Z',
        features: { age: 29, plan: 'a, b' },
        output: { score: 0.12 },
      },
      {
        ...common,
        predictionId: 'order-2-1',
        time: '2026-03-05T12:00:02.000Z',
        features: { age: null, plan: 'meter' },
        output: { score: 0.47 },
      },
      {
        ...common,
        predictionId: '6f1c0b5e-2a11-4c6e-9d0a-000000000003',
        time: '2026-03-05T12:00:03.000Z',
        features: { age: 33, plan: 'flat' },
        output: { score: 0.5 },
      },
    ]);
  });

  test('in JSON and JSON lines is read in the forms of the built-in algorithms', () => {
    const found = samples('10-json.jsonl').flatMap((line) => predictionsOf(line, facts));
    expect(found.map(({ features, output }) => [features, output])).toEqual([
      [
        { age: 41, plan: 'flat' },
        { score: 0.81, value: 1, class: '1' },
      ],
      [
        { age: 29, plan: 'meter' },
        { score: 0.12, value: 0, class: '0' },
      ],
      [
        { age: 50, plan: 'flat' },
        { value: 2, class: '2', scores: { '0': 0.1, '1': 0.2, '2': 0.7 } },
      ],
      [{ age: 51, plan: 'flat' }, { score: 0.3 }],
      [{ age: 52, plan: null }, { score: 0.4 }],
    ]);
  });

  test('keeps the contract of prediction.logged', () => {
    const all = ['00-csv.jsonl', '10-json.jsonl'].flatMap(samples).flatMap((line) => predictionsOf(line, facts));
    expect(all.flatMap((prediction) => violations('prediction.logged', prediction))).toEqual([]);
  });

  test('a number is the answer unless it was said to be a score; without names there are no features', () => {
    const { featureNames: _, ...unnamed } = facts;
    const [first] = predictionsOf(samples('00-csv.jsonl')[0]!, { ...unnamed, meaning: 'value' });
    expect([first?.output, first?.features]).toEqual([{ value: 0.81 }, undefined]);
  });
});

describe('a line that cannot be read says where', () => {
  const side = (part: object) => ({ observedContentType: 'text/csv', data: '1,2', encoding: 'CSV', ...part });
  const line = (input: object | undefined, output: object | undefined, metadata: object = {}) =>
    JSON.stringify({
      captureData: { endpointInput: input, endpointOutput: output },
      eventMetadata: { eventId: 'e', inferenceTime: '2026-03-05T12:00:00Z', ...metadata },
    });
  const good = side({});
  const answer = side({ data: '0.5' });

  test.each([
    ['(line)', 'is not JSON', '{"captureData":'],
    ['(line)', 'is no JSON object', '[]'],
    ['captureData', 'is missing', '{}'],
    ['eventMetadata.eventId', 'must be a text', line(good, answer, { eventId: '' })],
    ['eventMetadata.inferenceTime', 'must be a time', line(good, answer, { inferenceTime: 'yesterday' })],
    ['captureData.endpointInput', 'is missing', line(undefined, answer)],
    ['captureData.endpointOutput', 'let the data capture keep Input and Output', line(good, undefined)],
    ['captureData.endpointInput.encoding', 'must be CSV, JSON or BASE64, not "XML"', line(side({ encoding: 'XML' }), answer)],
    ['captureData.endpointInput.data', 'has 3 values, and 2 feature names', line(side({ data: '1,2,3' }), answer)],
    ['captureData.endpointInput.data row 2', 'has 1 values', line(side({ data: '1,2\n3' }), side({ data: '1\n2' }))],
    ['captureData.endpointInput.data', 'is not JSON', line(side({ encoding: 'JSON', data: '{' }), answer)],
    ['captureData.endpointInput.data', 'is not base64', line(side({ encoding: 'BASE64', data: '%%' }), answer)],
    [
      'captureData.endpointInput.observedContentType',
      'image/png cannot be read',
      line(side({ encoding: 'BASE64', data: 'AAAA', observedContentType: 'image/png' }), answer),
    ],
    ['captureData.endpointOutput.data', 'has 2 answers to 1 rows', line(good, side({ data: '1\n2' }))],
    ['captureData.endpointOutput.data', 'is no number, so it is no score', line(good, side({ data: 'yes' }))],
    ['captureData.endpointOutput.data', 'has none of predicted_label', line(good, side({ encoding: 'JSON', data: '{"x":1}' }))],
  ])('%s: %s', (field, message, text) => {
    expect(() => predictionsOf(text, facts)).toThrow(expect.objectContaining({ field, message: expect.stringContaining(message) }));
  });
});
