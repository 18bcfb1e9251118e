import { describe, expect, test } from '@jest/globals';
import { batchLimits } from '@drawbridge/contracts';
import { buildBaseline, FeatureLayout, WindowCounts } from '@drawbridge/drift';
import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { countParsed } from '../count-row.js';
import { NONE, SegmentValues } from '../../domain/segment-values.js';
import { PredictionCodec } from '../prediction.codec.js';
import { Reject } from '../reject.js';
import { ArrowReader } from './arrow.reader.js';
import { anArrowMessage, type ColumnOf, types } from '../../../test/arrow-tables.js';

const NOW = Date.UTC(2026, 5, 1);
const layout = new FeatureLayout(
  buildBaseline({
    features: [
      { name: 'age', kind: 'numeric' },
      { name: 'region', kind: 'categorical' },
      { name: 'flag', kind: 'categorical' },
      { name: 'count', kind: 'numeric' },
      { name: 'absent', kind: 'numeric' },
    ],
    columns: {
      age: Array.from({ length: 500 }, (_, i) => i / 5),
      region: Array.from({ length: 500 }, (_, i) => ['north', 'south', 'größer'][i % 3]!),
      flag: Array.from({ length: 500 }, (_, i) => i % 2 === 0),
      count: Array.from({ length: 500 }, (_, i) => i),
      absent: Array.from({ length: 500 }, (_, i) => i),
    },
    prediction: { spec: { name: 'score', kind: 'numeric' }, values: Array.from({ length: 500 }, (_, i) => i / 500) },
  }),
);

/** Mostly what is usual, sometimes nothing, sometimes what must be refused. */
function mostly<T>(usual: fc.Arbitrary<T>, odd: readonly (T | null)[]): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(null, ...odd) });
}

const numbers = mostly(fc.double({ min: -10, max: 120, noNaN: true }), [NaN, Infinity, -Infinity, -0, 1e300]);
const times = mostly(
  fc.integer({ min: NOW - 1e10, max: NOW }).map((ms) => new Date(ms)),
  [new Date(NOW + 3_600_000), new Date(NOW + 1e14), new Date(-1e14)],
);
const isoTimes = mostly(
  fc.integer({ min: NOW - 1e10, max: NOW }).map((ms) => new Date(ms).toISOString()),
  ['', '2026-02-30T00:00:00Z', '2026-01-31 12:00:00', '2026-01-31T12:00:00.123456+01:00', new Date(NOW + 3_600_000).toISOString()],
);
const names = (usual: string): fc.Arbitrary<string | null> => mostly(fc.constant(usual), ['', 'x'.repeat(201), 'nul\u0000', 'ü']);

interface Part {
  readonly type: () => arrow.DataType;
  readonly values: fc.Arbitrary<unknown>;
}

/** For each column the types that it may come in, and whether it may be left out. */
const parts: Readonly<Record<string, { readonly optional?: boolean; readonly as: readonly Part[] }>> = {
  predictionId: {
    as: [types.text, types.largeText, types.coded].map((type) => ({ type, values: mostly(fc.uuid(), ['', 'x'.repeat(201)]) })),
  },
  time: {
    as: [
      { type: types.milliseconds, values: times },
      { type: types.microseconds, values: times },
      { type: types.text, values: isoTimes },
    ],
  },
  project: { optional: true, as: [{ type: types.coded, values: names('team') }] },
  model: {
    as: [
      { type: types.coded, values: names('credit') },
      { type: types.text, values: names('credit') },
    ],
  },
  version: { as: [{ type: types.coded, values: names('1') }] },
  deploymentId: {
    optional: true,
    as: [
      { type: types.coded, values: names('dep') },
      { type: types.none, values: fc.constant(null) },
    ],
  },
  endpoint: { optional: true, as: [{ type: types.text, values: names('risk') }] },
  status: { optional: true, as: [{ type: types.coded, values: mostly(fc.constantFrom('ok', 'error'), ['OK', '']) }] },
  latencyMs: {
    optional: true,
    as: [
      { type: types.float64, values: numbers },
      { type: types.float32, values: numbers },
    ],
  },
  dropped: {
    optional: true,
    as: [
      { type: types.int64, values: mostly(fc.bigInt({ min: 0n, max: 9n }), [-1n, 2n ** 60n]) },
      { type: types.float64, values: mostly(fc.nat(9), [0.5, NaN]) },
    ],
  },
  'output.value': {
    optional: true,
    as: [
      { type: types.float64, values: numbers },
      { type: types.int8, values: fc.integer({ min: -5, max: 5 }) },
      { type: types.boolean, values: mostly(fc.boolean(), []) },
      { type: types.coded, values: mostly(fc.constantFrom('deny', 'allow'), ['']) },
    ],
  },
  'output.class': { optional: true, as: [{ type: types.coded, values: names('deny') }] },
  'output.score': { optional: true, as: [{ type: types.float64, values: numbers }] },
  'segments.country': {
    optional: true,
    as: [types.coded, types.text].map((type) => ({ type, values: mostly(fc.constantFrom('PL', 'DE'), ['', 'x'.repeat(201)]) })),
  },
  'features.age': { optional: true, as: [types.float64, types.float32, types.float16].map((type) => ({ type, values: numbers })) },
  'features.region': {
    optional: true,
    as: [types.coded, types.text, types.largeText].map((type) => ({
      type,
      values: mostly(fc.constantFrom('north', 'south', 'größer', 'new"\\\n'), ['']),
    })),
  },
  'features.flag': {
    optional: true,
    as: [
      { type: types.boolean, values: mostly(fc.boolean(), []) },
      { type: types.int8, values: fc.nat(2) },
    ],
  },
  'features.count': { optional: true, as: [{ type: types.int64, values: mostly(fc.bigInt({ min: -9n, max: 600n }), [2n ** 62n]) }] },
};

const tables: fc.Arbitrary<Record<string, ColumnOf>> = fc.integer({ min: 1, max: 12 }).chain((rows) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(parts).map(([name, { optional = false, as }]) => {
          const column = fc.oneof(
            ...as.map(({ type, values }) =>
              fc.array(values, { minLength: rows, maxLength: rows }).map((list): ColumnOf | undefined => ({ type: type(), values: list })),
            ),
          );
          return [name, optional ? fc.option(column, { nil: undefined, freq: 2 }) : column];
        }),
      ),
    )
    .map((columns) => Object.fromEntries(Object.entries(columns).filter((entry): entry is [string, ColumnOf] => entry[1] !== undefined))),
);

/** What a row says of its segments, as the window would file it. */
const segmentsOf = (source: Pick<ArrowReader, 'tallyOf'>, key: string): string => {
  const values = new SegmentValues(layout);
  source.tallyOf(values, key).n += 1;
  return values
    .entries()
    .map(({ value }) => value)
    .join();
};

/** The row as a producer would have sent it alone, from the library's own reading of the table. */
function alone(table: arrow.Table, columns: Readonly<Record<string, ColumnOf>>, index: number): string {
  const row: Record<string, unknown> = {};
  const output: Record<string, unknown> = {};
  const features: Record<string, unknown> = {};
  for (const name of Object.keys(columns)) {
    const read: unknown = table.getChild(name)!.get(index);
    const value = typeof read === 'bigint' ? Number(read) : read;
    if (name.startsWith('segments.') && value !== null) row['segments'] ??= { [name.slice(9)]: value };
    else if (name.startsWith('features.')) features[name.slice(9)] = value;
    else if (value === null || value === undefined) continue;
    else if (name.startsWith('output.')) output[name.slice(7)] = value;
    else if (name === 'time' && typeof value === 'number') row[name] = new Date(Math.floor(value)).toISOString();
    else row[name] = value;
  }
  const hasFeatures = Object.keys(features).length > 0;
  const text = JSON.stringify({ ...row, output, ...(hasFeatures ? { features } : {}) }, (_, value: unknown) =>
    value === Infinity || value === -Infinity ? `#${String(value)}` : value,
  );
  return text.replaceAll('"#Infinity"', '1e999').replaceAll('"#-Infinity"', '-1e999');
}

describe('rows of an Arrow message', () => {
  const reader = new ArrowReader(arrow);

  test('mean what each of them means as JSON by itself: values, counts and refusals', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom('stream' as const, 'file' as const),
        fc.integer({ min: 1, max: 12 }),
        (columns, format, rowsPerBatch) => {
          const message = anArrowMessage(columns, { format, rowsPerBatch });
          const rows = Object.values(columns)[0]!.values.length;
          expect(reader.open(message)).toBe(rows);
          const table = arrow.tableFromIPC(format === 'file' ? message.subarray(8) : message);
          for (let i = 0; i < rows; i += 1) {
            const text = alone(table, columns, i);
            const codec = new PredictionCodec();
            const expected = codec.read(Buffer.from(text), NOW);
            const found = reader.read(i, NOW);
            expect([found?.code, found?.field]).toEqual([expected?.code, expected?.field]);
            expect(JSON.parse(reader.json())).toEqual(JSON.parse(text));
            if (expected !== undefined) {
              refused += 1;
              continue;
            }
            accepted += 1;
            const { features, segments: _, ...row } = codec.row;
            expect([reader.row.project, reader.id()]).toEqual([codec.row.project, codec.row.predictionId]);
            expect({ ...reader.row, features: undefined, segments: undefined, outputValue: reader.row.outputValue ?? null }).toEqual({
              ...row,
              features: undefined,
              segments: undefined,
              outputValue: row.outputValue ?? null,
            });
            expect(JSON.parse(reader.storedFeatures() ?? 'null')).toEqual(features ?? null);
            expect(segmentsOf(reader, 'country')).toBe(codec.row.segments?.['country'] || NONE);
            const [counts, reference] = [new WindowCounts(layout), new WindowCounts(layout)];
            reader.count(counts, layout);
            reference.addRow();
            countParsed(reference, layout, codec.row);
            expect([counts.rows, [...counts.counts], [...counts.sums]]).toEqual([1, [...reference.counts], [...reference.sums]]);
          }
        },
      ),
      { numRuns: 100, seed: 3 },
    );
    expect(accepted).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(150);
  });

  const good = (rows: number): Record<string, ColumnOf> => ({
    predictionId: { type: types.text(), values: Array.from({ length: rows }, (_, i) => `p-${i}`) },
    'features.age': { type: types.float64(), values: Array.from({ length: rows }, (_, i) => i) },
  });
  const constants = { 'drawbridge.model': 'credit', 'drawbridge.version': '1', 'drawbridge.time': '2026-01-05T00:00:00Z' };

  test('take what is the same for all of them from the metadata of the schema, and what a row says itself from the row', () => {
    const endpoint = { type: types.coded(), values: ['risk', null] };
    const metadata = { ...constants, 'drawbridge.endpoint': 'other', 'drawbridge.project': 'team', pandas: '{}' };
    reader.open(anArrowMessage({ ...good(2), endpoint }, { metadata }));
    expect(reader.read(1, NOW)).toBeUndefined();
    expect(reader.row).toMatchObject({ project: 'team', model: 'credit', version: '1', endpoint: 'other', timeMs: Date.UTC(2026, 0, 5) });
    expect(reader.read(0, NOW)).toBeUndefined();
    expect(reader.row.endpoint).toBe('risk');
    expect(JSON.parse(reader.json())).toMatchObject({
      predictionId: 'p-0',
      project: 'team',
      model: 'credit',
      endpoint: 'risk',
      features: { age: 0 },
    });
  });

  test('columns that mean nothing to a prediction are left alone, whatever they hold', () => {
    const day = { type: types.date(), values: [new Date(0)] };
    expect(reader.open(anArrowMessage({ ...good(1), day, 'other.thing': day }, { metadata: constants }))).toBe(1);
  });

  const refusals: [what: string, reason: string, message: Buffer | null][] = [
    ['nothing', 'empty (value)', null],
    ['no rows', 'empty (value)', anArrowMessage(good(0), { metadata: constants })],
    ['JSON', 'not-arrow (value)', Buffer.from('{"predictionId":"p"}')],
    ['half a message', 'not-arrow (value)', anArrowMessage(good(500), { metadata: constants }).subarray(0, 3000)],
    ['no ids', 'missing-field predictionId', anArrowMessage({ x: good(1)['features.age']! }, { metadata: constants })],
    ['no time', 'missing-field time', anArrowMessage(good(1), { metadata: { 'drawbridge.deploymentId': 'd' } })],
    [
      'no version',
      'missing-field version',
      anArrowMessage(good(1), { metadata: { 'drawbridge.model': 'credit', 'drawbridge.time': '2026-01-05T00:00:00Z' } }),
    ],
    [
      'ids that are numbers',
      'wrong-type predictionId',
      anArrowMessage({ predictionId: { type: types.int64(), values: [1n] } }, { metadata: constants }),
    ],
    [
      'features that are dates',
      'wrong-type features.day',
      anArrowMessage({ ...good(1), 'features.day': { type: types.date(), values: [new Date(0)] } }, { metadata: constants }),
    ],
    [
      'names that cannot be stored',
      'wrong-type features.\uFFFD',
      anArrowMessage({ ...good(1), 'features.\u0000': { type: types.date(), values: [new Date(0)] } }, { metadata: constants }),
    ],
    ['too many rows', 'too-large (value)', anArrowMessage(good(batchLimits.rows + 1), { metadata: constants })],
    ['too many bytes', 'too-large (value)', Buffer.alloc(batchLimits.valueBytes + 1)],
    [
      'texts that are long when written out',
      'too-large (value)',
      anArrowMessage(
        { ...good(5000), 'features.note': { type: types.coded(), values: Array.from({ length: 5000 }, () => 'x'.repeat(50_000)) } },
        { metadata: constants },
      ),
    ],
  ];

  test.each(refusals)('a message with %s is refused as a whole: %s', (_, reason, message) => {
    const found = reader.open(message);
    expect(found instanceof Reject ? found.reason : found).toBe(reason);
    expect(reader.routable).toBe(false);
  });

  test('of which nothing is known any more belong to no monitor', () => {
    reader.open(anArrowMessage(good(1), { metadata: constants }));
    expect([reader.read(0, NOW), reader.routable]).toEqual([undefined, true]);
    reader.close();
    expect(reader.routable).toBe(false);
  });

  test('no damage to a message does more than have it refused', () => {
    const message = anArrowMessage(
      { ...good(20), 'features.region': { type: types.coded(), values: Array.from({ length: 20 }, (_, i) => `r${i % 3}`) } },
      { metadata: constants, rowsPerBatch: 7 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(message.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (damage) => {
        const damaged = Buffer.from(message);
        for (const [at, byte] of damage) damaged[at] = byte;
        const rows = reader.open(damaged);
        if (rows instanceof Reject) return;
        for (let i = 0; i < rows; i += 1) {
          reader.read(i, NOW);
          reader.json();
          reader.storedFeatures();
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});
