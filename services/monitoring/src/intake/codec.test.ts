import { describe, expect, test } from '@jest/globals';
import { eventLimits, isEvent } from '@drawbridge/contracts';
import fc from 'fast-check';
import { parseEventTime } from './event-time.js';
import { decodeLabel } from './label.codec.js';
import { PredictionCodec } from './prediction.codec.js';
import { Reject } from './reject.js';

const now = Date.UTC(2026, 0, 5);
const prediction = {
  predictionId: 'p-1',
  time: '2026-01-05T00:00:00.000Z',
  model: 'credit',
  version: '1',
  output: { score: 0.4 },
  features: { age: 41, region: 'n', known: true, nothing: null },
};
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const read = (value: Buffer | null): string | undefined => new PredictionCodec().read(value, now)?.reason;
const without = (name: string): unknown => ({ ...prediction, [name]: undefined });

describe('predictions', () => {
  test.each<[string, unknown]>([
    ['missing-field predictionId', without('predictionId')],
    ['wrong-type predictionId', { ...prediction, predictionId: 7 }],
    ['out-of-bounds predictionId', { ...prediction, predictionId: '' }],
    ['out-of-bounds predictionId', { ...prediction, predictionId: 'x'.repeat(201) }],
    ['out-of-bounds predictionId', { ...prediction, predictionId: 'a\u0000b' }],
    ['out-of-bounds predictionId', { ...prediction, predictionId: 'a\ud800b' }],
    ['missing-field model', without('model')],
    ['missing-field version', without('version')],
    ['wrong-type version', { ...prediction, version: 3 }],
    ['missing-field time', without('time')],
    ['wrong-type time', { ...prediction, time: 1234 }],
    ['bad-time time', { ...prediction, time: 'yesterday' }],
    ['future-time time', { ...prediction, time: '2026-01-05T00:05:00.001Z' }],
    ['missing-field output', without('output')],
    ['wrong-type output', { ...prediction, output: [] }],
    ['wrong-type output.score', { ...prediction, output: { score: '0.4' } }],
    ['wrong-type output.class', { ...prediction, output: { class: 4 } }],
    ['wrong-type output.value', { ...prediction, output: { value: {} } }],
    ['wrong-type features', { ...prediction, features: 'age=41' }],
    ['wrong-type features.age', { ...prediction, features: { age: [41] } }],
    ['wrong-type segments', { ...prediction, segments: 'north' }],
    ['wrong-type segments', { ...prediction, segments: ['north'] }],
    ['wrong-type segments.country', { ...prediction, segments: { country: 7 } }],
    ['wrong-type segments.country', { ...prediction, segments: { plan: 'b', country: null } }],
    ['out-of-bounds segments.country', { ...prediction, segments: { country: 'x'.repeat(201) } }],
    ['out-of-bounds segments.country', { ...prediction, segments: { country: 'a\u0000b' } }],
    ['wrong-type status', { ...prediction, status: 'fine' }],
    ['wrong-type latencyMs', { ...prediction, latencyMs: '12' }],
    ['out-of-bounds latencyMs', { ...prediction, latencyMs: -1 }],
    ['wrong-type dropped', { ...prediction, dropped: 1.5 }],
  ])('%s', (reason, value) => {
    expect(read(bytes(value))).toBe(reason);
  });

  test.each<[string, Buffer | null]>([
    ['empty (value)', null],
    ['empty (value)', Buffer.alloc(0)],
    ['wrong-type output.score', Buffer.from(JSON.stringify(prediction).replace('0.4', '1e999'))],
    ['wrong-type features.age', Buffer.from(JSON.stringify(prediction).replace('41', '-1e999'))],
    ['not-json (value)', Buffer.from('{broken')],
    ['not-json (value)', Buffer.from('['.repeat(100_000))],
    ['not-an-object (value)', Buffer.from('[]')],
    ['not-an-object (value)', Buffer.from('null')],
    ['too-large (value)', Buffer.alloc(eventLimits.valueBytes + 1, 32)],
  ])('%s', (reason, value) => {
    expect(read(value)).toBe(reason);
  });

  test('become a row', () => {
    const codec = new PredictionCodec();
    const value = { ...prediction, project: 'credit', status: 'error', latencyMs: 12, dropped: 3, endpoint: 'risk' };
    expect(codec.read(bytes(value), now)).toBeUndefined();
    expect(codec.row).toMatchObject({ timeMs: now, score: 0.4, failed: true, latencyMs: 12, dropped: 3, endpoint: 'risk' });
    expect(codec.row).toMatchObject({ predictionId: 'p-1', project: 'credit' });
    expect(codec.read(bytes(prediction), now)).toBeUndefined();
    expect(codec.row).toMatchObject({ project: 'default', failed: false, latencyMs: NaN, dropped: undefined, endpoint: undefined });
  });

  test('a rejected one can be assigned as soon as identity and time are known', () => {
    const codec = new PredictionCodec();
    codec.read(bytes({ ...prediction, output: 7 }), now);
    expect(codec.routable).toBe(true);
    codec.read(bytes({ ...prediction, time: 'x', output: 7 }), now);
    expect(codec.routable).toBe(false);
  });

  test('what the contract allows is accepted, what is accepted the contract allows', () => {
    const anything = fc.record(
      {
        predictionId: fc.oneof(
          fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\u0000')),
          fc.integer(),
          fc.constant(''),
        ),
        time: fc.oneof(fc.constant('2026-01-04T10:00:00Z'), fc.constant('2026-01-04T10:00:00.5+02:00'), fc.string(), fc.integer()),
        model: fc.constantFrom('credit', 7, undefined),
        version: fc.constantFrom('1', undefined),
        output: fc.oneof(
          fc.record(
            {
              score: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
              value: fc.constantFrom(1, 'a', true, null, {}),
            },
            { requiredKeys: [] },
          ),
          fc.constant(3),
        ),
        features: fc.oneof(
          fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.constant([]))),
          fc.constant(undefined),
        ),
        status: fc.constantFrom('ok', 'error', 'maybe', undefined),
        segments: fc.constantFrom(undefined, {}, { country: 'PL' }, { country: '' }, { country: 7 }, { country: null }, 'PL'),
        latencyMs: fc.constantFrom(1, -1, undefined, 'x'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(value));
        expect(read(bytes(sent)) === undefined).toBe(isEvent('prediction.logged', sent));
      }),
      { numRuns: 500 },
    );
  });
});

describe('event times', () => {
  test.each([
    ['2026-01-05T00:00:00Z', now],
    ['2026-01-05T00:00:00.000Z', now],
    ['2026-01-05T01:00:00.123456+01:00', now + 123],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-02-29T00:00:00Z', NaN],
    ['2026-04-31T00:00:00.000Z', NaN],
    ['2026-13-01T00:00:00Z', NaN],
    ['2026-01-05T24:00:01Z', NaN],
    ['2026-01-05', NaN],
    ['2026-01-05 00:00:00Z', NaN],
    ['2026-01-05T00:00:00', NaN],
  ])('%s', (text, expected) => {
    expect(parseEventTime(text)).toBe(expected);
  });

  test('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(parseEventTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('labels', () => {
  const label = { predictionId: 'p-1', value: true, observedAt: '2026-01-05T00:00:00Z' };

  test.each<[unknown, number | null, string]>([
    [true, 1, 'true'],
    [false, 0, 'false'],
    [0.25, 0.25, '0.25'],
    ['1', 1, '1'],
    ['late', null, 'late'],
    [' ', null, ' '],
  ])('%p', (value, numeric, text) => {
    expect(decodeLabel(bytes({ ...label, value }), now)).toMatchObject({
      numeric,
      text,
      revision: 1,
      retracted: false,
      project: 'default',
    });
  });

  test.each<[string, unknown]>([
    ['missing-field predictionId', { ...label, predictionId: undefined }],
    ['out-of-bounds predictionId', { ...label, predictionId: 'p-\udc00' }],
    ['missing-field value', { ...label, value: undefined }],
    ['wrong-type value', { ...label, value: null }],
    ['missing-field observedAt', { ...label, observedAt: undefined }],
    ['future-time observedAt', { ...label, observedAt: '2027-01-01T00:00:00Z' }],
    ['wrong-type revision', { ...label, revision: 1.5 }],
    ['out-of-bounds revision', { ...label, revision: 0 }],
    ['out-of-bounds weight', { ...label, weight: 0 }],
    ['wrong-type retracted', { ...label, retracted: 'no' }],
  ])('%s', (reason, value) => {
    const found = decodeLabel(bytes(value), now);
    expect(found instanceof Reject && found.reason).toBe(reason);
  });
});
