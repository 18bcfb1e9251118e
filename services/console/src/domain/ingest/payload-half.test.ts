import { describe, expect, test } from '@jest/globals';
import type { PredictionLogged } from '@drawbridge/contracts';
import { cloudEvents, type Headers } from './cloud-event.js';
import { IngestFault } from './fault.js';
import { halfOf, type HalfFacts, type IngestQuery, type PayloadHalf, predictionsOf } from './payload-half.js';

const now = new Date('2030-01-31T12:00:00.000Z');
const sent = '2030-01-31T11:59:00.000Z';

function headersOf(half: string, more: Headers = {}): Headers {
  return {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': 'x-1',
    'ce-type': `org.kubeflow.serving.inference.${half}`,
    'ce-source': 'http://localhost:9081/',
    'ce-time': sent,
    'ce-inferenceservicename': 'churn',
    'ce-namespace': 'shop',
    'ce-component': 'predictor',
    'ce-endpoint': 'default',
    ...more,
  };
}

function half(kind: string, body: unknown, query: IngestQuery = {}, more: Headers = {}): PayloadHalf {
  const [event] = cloudEvents(headersOf(kind, more), Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return halfOf(event!, query, now);
}

function joined(request: PayloadHalf, response: PayloadHalf): PredictionLogged[] {
  return predictionsOf(request.key, request.facts, response.facts, now).map(({ value }) => JSON.parse(value) as PredictionLogged);
}

function exchange(request: unknown, response: unknown, query: IngestQuery = { version: '3' }): PredictionLogged[] {
  return joined(half('request', request, query), half('response', response, query));
}

function faultOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof IngestFault) return error.errors.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('an exchange of a payload logger', () => {
  test('v1 with named instances: one prediction per instance, ids and times derived', () => {
    expect(exchange({ instances: [{ age: 41, plan: 'flat', tags: [1, 2], deep: {} }, { age: null }] }, { predictions: [1, 0] })).toEqual([
      {
        predictionId: 'x-1-0',
        time: sent,
        project: 'default',
        model: 'churn',
        version: '3',
        variant: 'stable',
        features: { age: 41, plan: 'flat', 'tags.0': 1, 'tags.1': 2 },
        output: { value: 1 },
        status: 'ok',
      },
      expect.objectContaining({ predictionId: 'x-1-1', features: { age: null }, output: { value: 0 } }),
    ]);
  });

  test('one instance keeps the id as it is', () => {
    expect(exchange({ instances: [{ age: 41 }] }, { predictions: ['stays'] })).toEqual([
      expect.objectContaining({ predictionId: 'x-1', output: { value: 'stays', class: 'stays' } }),
    ]);
  });

  test('v1 with lists: names from the address; without names no features are made up', () => {
    const request = { instances: [[6.1, 'flat']] };
    expect(exchange(request, { predictions: [1] }, { version: '3', features: 'age, plan' })[0]?.features).toEqual({
      age: 6.1,
      plan: 'flat',
    });
    expect(exchange(request, { predictions: [1] })[0]).not.toHaveProperty('features');
    expect(faultOf(() => half('request', request, { features: 'age' }))).toEqual(['data.instances.0']);
  });

  test('v2: tensors by name, model and version of the answer, score beside the label', () => {
    const request = {
      inputs: [
        { name: 'age', shape: [2, 1], datatype: 'FP32', data: [[41], [22]] },
        { name: 'plan', shape: [2], datatype: 'BYTES', data: ['flat', 'free'] },
        { name: 'active', shape: [2], datatype: 'BOOL', data: [1, 0] },
        { name: 'wide', shape: [2, 2], datatype: 'INT64', data: [1, 2, 3, 4] },
      ],
    };
    const response = {
      model_name: 'churn-xgb',
      model_version: '7',
      outputs: [
        { name: 'label', shape: [2], datatype: 'INT64', data: [1, 0] },
        { name: 'probabilities', shape: [2, 2], datatype: 'FP32', data: [0.25, 0.75, 0.5, 0.5] },
      ],
    };
    expect(exchange(request, response, {})).toEqual([
      expect.objectContaining({
        model: 'churn-xgb',
        version: '7',
        features: { age: 41, plan: 'flat', active: true, 'wide.0': 1, 'wide.1': 2 },
        output: { value: 1, class: '1', score: 0.75 },
      }),
      expect.objectContaining({ output: { value: 0, class: '0', score: 0.5 } }),
    ]);
  });

  test('v2 with one tensor of many values: names from the address', () => {
    const request = { inputs: [{ name: 'input-0', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4] }] };
    const predictions = exchange(request, { predictions: [[0.25, 0.75], [1]] }, { version: '3', features: 'a,b' });
    expect(predictions.map(({ features }) => features)).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
    expect(predictions[0]?.output).toEqual({ value: 1, class: '1', scores: { 0: 0.25, 1: 0.75 } });
  });

  test('an error of the model server is a failed prediction per row', () => {
    expect(exchange({ instances: [{ age: 1 }, { age: 2 }] }, { error: 'no' })).toEqual([
      expect.objectContaining({ status: 'error', errorCode: 'model-server-error', output: {}, features: { age: 1 } }),
      expect.objectContaining({ predictionId: 'x-1-1' }),
    ]);
  });

  test('who it was: address before annotation before payload before inference service', () => {
    const annotations = JSON.stringify({ 'drawbridge.io/model': 'noted', 'drawbridge.io/version': ['5'], 'drawbridge.io/project': 'team' });
    const more = { 'ce-annotations': encodeURIComponent(annotations), 'ce-endpoint': 'canary' };
    const answer = { model_name: 'said', model_version: '7', predictions: [1] };
    const request = half('request', { instances: [{}] }, {}, more);
    expect(joined(request, half('response', answer, {}, more))[0]).toMatchObject({
      project: 'team',
      model: 'noted',
      version: '5',
      variant: 'candidate',
    });
    expect(half('request', { instances: [{}] }, { model: 'given', project: 'mine' }, more)).toMatchObject({
      key: { project: 'mine', scope: 'shop/churn/predictor', id: 'x-1' },
      facts: { model: 'given', version: '5' },
    });
  });

  test('without a version anywhere it is refused when both halves are there', () => {
    expect(faultOf(() => exchange({ instances: [{}] }, { predictions: [1] }, {}))).toEqual(['version']);
  });

  test('halves of different size are refused', () => {
    expect(faultOf(() => exchange({ instances: [{}, {}] }, { predictions: [1] }))).toEqual(['data']);
  });

  test('a name such as __proto__ is a feature like others', () => {
    const text = '{"instances":[{"__proto__":1,"age":2}]}';
    const { features } = half('request', text).facts as HalfFacts;
    expect(JSON.stringify(features)).toBe('[{"__proto__":1,"age":2}]');
  });
});

describe('modes of CloudEvents', () => {
  const event = { specversion: '1.0', id: 'x-1', type: 'org.kubeflow.serving.inference.request', source: '/me', time: sent };
  const structured = (...events: object[]): PayloadHalf[] =>
    cloudEvents({ 'content-type': 'application/cloudevents-batch+json' }, Buffer.from(JSON.stringify(events))).map((each) =>
      halfOf(each, {}, now),
    );
  const data = { instances: [{ age: 1 }] };

  test('structured, with data as JSON, as text and as base64', () => {
    const [first, ...others] = structured(
      { ...event, data },
      { ...event, data: JSON.stringify(data) },
      { ...event, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') },
    );
    expect(first).toMatchObject({ key: { project: 'default', scope: '/me', id: 'x-1' }, facts: { features: [{ age: 1 }] } });
    expect(others.map(({ facts }) => facts)).toEqual([first?.facts, first?.facts]);
  });

  test('an event of a batch is named in its fault', () => {
    expect(faultOf(() => structured({ ...event, data }, { ...event, data: {} }))).toEqual(['events.1.data.instances']);
    expect(faultOf(() => structured({ ...event, data }, { data }))).toEqual(['events.1.specversion']);
  });

  test('binary halves of Seldon are joined by the id of the request', () => {
    const more = { 'ce-specversion': '0.3', 'ce-type': 'io.seldon.serving.inference.request', 'ce-requestid': 'r-9', 'ce-modelid': 'iris' };
    expect(half('request', data, {}, more)).toMatchObject({ key: { id: 'r-9' }, facts: { model: 'iris' } });
  });
});

describe('what cannot be read names its field', () => {
  const good = { instances: [{}] };
  const tensor = { name: 'a', shape: [1], datatype: 'FP32', data: [1] };
  test.each<[string, unknown, Headers, IngestQuery, string]>([
    ['no JSON', '{', {}, {}, 'data'],
    ['another version', good, { 'ce-specversion': '2.0' }, {}, 'specversion'],
    ['no id', good, { 'ce-id': undefined }, {}, 'id'],
    ['a long id', good, { 'ce-id': 'x'.repeat(181) }, {}, 'id'],
    ['another type', good, { 'ce-type': 'com.example.order' }, {}, 'type'],
    ['a time that is none', good, { 'ce-time': 'now' }, {}, 'time'],
    ['a time ahead', good, { 'ce-time': '2030-01-31T12:06:00Z' }, {}, 'time'],
    ['no source and no service', good, { 'ce-source': undefined, 'ce-inferenceservicename': undefined }, {}, 'source'],
    ['a project that is none', good, {}, { project: 'A B' }, 'project'],
    ['features twice', good, {}, { features: 'a,a' }, 'features'],
    ['no rows', { instances: [] }, {}, {}, 'data.instances'],
    ['a tensor without a name', { inputs: [{ ...tensor, name: undefined }] }, {}, {}, 'data.inputs.0.name'],
    ['a tensor of another size', { inputs: [{ ...tensor, shape: [2] }] }, {}, {}, 'data.inputs.0.shape'],
    ['tensors of different rows', { inputs: [tensor, { ...tensor, shape: [2], data: [1, 2] }] }, {}, {}, 'data.inputs.1.shape'],
    ['binary tensors', { inputs: [{ ...tensor, data: undefined, parameters: { binary_data_size: 4 } }] }, {}, {}, 'data.inputs.0.data'],
    ['an object in a tensor', { inputs: [{ ...tensor, data: [{}] }] }, {}, {}, 'data.inputs.0.data.0'],
  ])('%s', (_, body, more, query, field) => {
    expect(faultOf(() => half('request', body, query, more))).toEqual([field]);
  });

  test.each<[unknown, string]>([
    [[], 'data'],
    [{}, 'data.predictions'],
    [{ predictions: [{}] }, 'data.predictions.0'],
    [{ predictions: [{ score: 'high' }] }, 'data.predictions.0'],
    [{ outputs: [{ name: 'y', shape: [1], data: [] }] }, 'data.outputs.0.shape'],
  ])('a response %j', (body, field) => {
    expect(faultOf(() => half('response', body))).toEqual([field]);
  });
});
