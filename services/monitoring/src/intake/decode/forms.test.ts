import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PredictionCodec } from '../prediction.codec.js';
import { type Body, Forms } from './forms.js';
import { ERROR_HASH } from './kernel.js';
import { NULL, NUMBER, TEXT, TRUE } from './kernel-layout.js';

const event = {
  predictionId: 'p-1',
  time: '2026-01-05T00:00:00.000Z',
  model: 'credit',
  version: '1',
  features: { age: 41, income: 1234.56, region: 'north', member: true, note: null },
  output: { score: 0.25, class: '1' },
  latencyMs: 3.2,
  status: 'ok',
};
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Surroundings in which reading past the end of the record would find bytes that fit. */
function embedded(value: Buffer): { bytes: Buffer; from: number; to: number } {
  return { bytes: Buffer.concat([Buffer.from('0}"'), value, Buffer.from('"}}0,"a":1}')]), from: 3, to: 3 + value.length };
}

function read(forms: Forms, value: Buffer): Body | undefined {
  const { bytes, from, to } = embedded(value);
  forms.use(bytes);
  return forms.read(from, to);
}

function learned(...values: readonly Buffer[]): Forms {
  const forms = new Forms();
  for (const value of values) forms.learn(value);
  return forms;
}

/** What was read, in the words of the event. */
function values(forms: Forms, body: Body, value: Buffer): Record<string, unknown> {
  const { holes, timeMs } = forms.scanned;
  const { bytes } = embedded(value);
  const at = (hole: number): unknown => {
    if (hole < 0) return undefined;
    const kind = holes.kind[hole]!;
    if (kind === NUMBER) return holes.number[hole];
    if (kind === TEXT) return bytes.toString('utf8', holes.start[hole], holes.end[hole]);
    return kind === NULL ? null : kind === TRUE;
  };
  return {
    ...body.route,
    predictionId: at(body.id),
    timeMs,
    features: body.hasFeatures ? Object.fromEntries([...body.features].map(([name, hole]) => [name, at(hole)])) : undefined,
    score: at(body.score),
    outputClass: at(body.class),
    outputValue: at(body.value),
    failed: body.status >= 0 && holes.hash[body.status] === ERROR_HASH,
    latencyMs: at(body.latency),
    dropped: at(body.dropped),
    segments: Object.fromEntries([...body.segments].map(([key, hole]) => [key, at(hole)])),
  };
}

/** The same words from the reference decoder; undefined for what it rejects. */
function reference(value: Buffer): Record<string, unknown> | undefined {
  const codec = new PredictionCodec();
  if (codec.read(value, Infinity) !== undefined) return undefined;
  const {
    project,
    model,
    version,
    endpoint,
    deploymentId,
    predictionId,
    timeMs,
    features,
    score,
    outputClass,
    outputValue,
    failed,
    latencyMs,
    dropped,
    segments = {},
  } = codec.row;
  const orAbsent = (number: number): number | undefined => (Number.isNaN(number) ? undefined : number);
  const own = features === undefined ? undefined : { ...features };
  return JSON.parse(
    JSON.stringify({
      project: project === 'default' ? undefined : project,
      model,
      version,
      endpoint,
      deploymentId,
      predictionId,
      timeMs,
      features: own,
      score: orAbsent(score),
      outputClass,
      outputValue,
      failed,
      latencyMs: orAbsent(latencyMs),
      dropped,
      segments: { ...segments },
    }),
  ) as Record<string, unknown>;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('events of a known form', () => {
  test('are read by position, all values as the reference reads them', () => {
    const forms = learned(json(event));
    const other = json({
      ...event,
      predictionId: 'p-22',
      time: '2026-02-28T23:59:59.999Z',
      features: { age: -7, income: 0, region: 'south-east', member: false, note: 'x' },
    });
    const body = read(forms, other);
    expect(plain(values(forms, body!, other))).toEqual(reference(other));
  });

  test('keep the white space of their producer', () => {
    const spaced = Buffer.from(JSON.stringify(event).replaceAll('":', '": ').replaceAll(',"', ', "'));
    expect(read(learned(spaced), spaced)).toBeDefined();
    expect(read(learned(json(event)), spaced)).toBeUndefined();
  });

  test('of several models are told apart by what routes them', () => {
    const churn = json({ ...event, model: 'churn', features: { days: 3 } });
    const forms = learned(json(event), churn);
    expect(read(forms, json(event))?.route).toEqual({ model: 'credit', version: '1' });
    expect(read(forms, churn)?.route).toEqual({ model: 'churn', version: '1' });
    expect(read(forms, json({ ...event, model: 'other' }))).toBeUndefined();
  });

  test('may have segments, before what routes them too', () => {
    const segments = { country: 'PL', plan: '' };
    for (const value of [json({ ...event, segments }), json({ segments, ...event }), json({ ...event, segments: {} })]) {
      const forms = learned(value);
      const body = read(forms, value);
      expect(plain(values(forms, body!, value))).toEqual(reference(value));
    }
    const odd = json({ ...event, segments: { country: 7 } });
    expect([read(learned(odd), odd), reference(odd)]).toEqual([undefined, undefined]);
    const forms = learned(json({ ...event, segments }));
    expect(read(forms, json({ ...event, segments: { ...segments, country: 'x'.repeat(201) } }))).toBeUndefined();
  });

  test('may name a feature as they like', () => {
    const odd = json({ ...event, features: { 'a"b': 1, 'zeile\n': 2, '"];process.exit()//': 3, größe: 4, constructor: 5 } });
    const forms = learned(odd);
    // A name with an escape is not learned; one that looks like code is bytes like any other.
    expect(read(forms, odd)).toBeUndefined();
    const code = json({ ...event, features: { '];process.exit(1);//': 3, größe: 4, constructor: 5 } });
    const knowing = learned(code);
    expect(plain(values(knowing, read(knowing, code)!, code))).toEqual(reference(code));
  });

  test('may have other fields of any name', () => {
    const odd = json({ ...event, constructor: 1, output: { score: 0.5, toString: 2 } });
    const forms = learned(odd);
    expect(plain(values(forms, read(forms, odd)!, odd))).toEqual(reference(odd));
  });
});

describe('what only looks right is left to the reference', () => {
  const forms = learned(json(event));
  const text = JSON.stringify(event);
  test.each<[string, string]>([
    ['a number with a leading zero', text.replace('41', '041')],
    ['a bare minus', text.replace('41', '-')],
    ['a trailing dot', text.replace('41', '41.')],
    ['a plus sign', text.replace('41', '+41')],
    ['an exponent', text.replace('41', '4e1')],
    ['a number that is a word', text.replace('41', 'NaN')],
    ['sixteen digits before the dot', text.replace('41', '1234567890123456')],
    ['more than 22 decimals', text.replace('41', `0.${'1'.repeat(23)}`)],
    ['an escape in a text', text.replace('north', 'no\\u0072th')],
    ['a control byte in a text', text.replace('north', 'no\u0001th')],
    ['a text beyond ASCII', text.replace('north', 'nörd')],
    ['a nested value', text.replace('41', '{"a":1}')],
    ['a list', text.replace('41', '[41]')],
    ['a repeated key', text.replace('"age":41', '"age":41,"age":42')],
    ['an unknown key', text.replace('"age":41', '"age":41,"new":42')],
    ['another order', text.replace('"model":"credit","version":"1"', '"version":"1","model":"credit"')],
    ['a score that is a text', text.replace('0.25', '"0.25"')],
    ['a negative latency', text.replace('3.2', '-3.2')],
    ['a status that does not exist', text.replace('"ok"', '"no"')],
    ['an empty id', text.replace('p-1', '')],
    ['an id that is too long', text.replace('p-1', 'x'.repeat(201))],
    ['a day that may not exist', text.replace('01-05', '02-30')],
    ['a time without milliseconds', text.replace('00.000Z', '00Z')],
    ['a half word', text.replace('true', 'tru')],
  ])('%s', (_, value) => {
    expect(read(forms, Buffer.from(value))).toBeUndefined();
  });

  test('a record cut off at any byte, though fitting bytes follow', () => {
    const value = json(event);
    for (let length = 0; length < value.length; length += 1) expect(read(forms, value.subarray(0, length))).toBeUndefined();
  });

  test('names that are no text are left to the reference, since the bytes are stored as they are', () => {
    const value = Buffer.from(text.replace('"note"', '"n!te"'));
    value[value.indexOf('!')] = 0xff;
    const other = learned(value);
    expect(read(other, value)).toBeUndefined();
    const named = Buffer.from(text.replace('"note"', '"größe"'));
    expect(read(learned(named), named)?.features.has('größe')).toBe(true);
  });

  test('minus zero and long fractions keep their value', () => {
    for (const number of ['-0', '0.1', '0.30000000000000004', '123456789.123456789', '5e-324'.slice(0, 1), '99999.99999999999']) {
      const value = Buffer.from(text.replace('41', number));
      const body = read(forms, value);
      if (body === undefined) continue;
      const { holes } = forms.scanned;
      const hole = body.features.get('age')!;
      expect([holes.kind[hole], holes.number[hole]]).toEqual([NUMBER, Number(number)]);
    }
  });
});

const decimal = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat({ max: 6 }))
  .map(([whole, places]) => whole / 10 ** places);
const number = fc.oneof(
  { weight: 8, arbitrary: decimal },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);
const word = fc.constantFrom('north', 'south', 'east');
const scalar = fc.oneof(
  { weight: 8, arbitrary: number },
  { weight: 4, arbitrary: word },
  { weight: 2, arbitrary: fc.oneof(fc.boolean(), fc.constant(null)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);
const positive = decimal.map(Math.abs);
const dates = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString());

const often = <T, U>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare });

/** Events of one producer: the same fields in the same order, whatever is in them. */
const producer = fc
  .record({
    features: fc.uniqueArray(fc.constantFrom('x', 'y', 'z', 'ü', 'a b')),
    output: fc.uniqueArray(fc.constantFrom('score', 'class', 'value')),
    others: fc.uniqueArray(fc.constantFrom('latencyMs', 'status', 'dropped', 'project', 'segments')),
    spaced: fc.boolean(),
  })
  .chain(({ features, output, others, spaced }) => {
    const outputs = { score: often(positive, scalar), class: often(word, fc.string()), value: scalar };
    const more = {
      latencyMs: often(positive, number),
      status: often(fc.constantFrom('ok', 'error'), fc.constant('odd')),
      dropped: fc.nat(),
      project: fc.constantFrom('default', 'fraud'),
      segments: fc.record(
        { plan: often(fc.constantFrom('a', 'b', ''), scalar), größe: often(word, fc.string()) },
        { noNullPrototype: true },
      ),
    };
    const pick = (from: Record<string, fc.Arbitrary<unknown>>, names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
      fc.record(Object.fromEntries(names.map((name) => [name, from[name]!])), { noNullPrototype: true });
    const one = fc
      .tuple(
        fc.record({
          predictionId: often(fc.uuid(), fc.string()),
          time: dates,
          model: fc.constantFrom('a', 'b'),
          version: fc.constantFrom('1', '2'),
        }),
        pick(Object.fromEntries(features.map((name) => [name, scalar])), features),
        pick(outputs, output),
        pick(more, others),
      )
      .map(([{ predictionId, ...head }, values_, out, { project, ...rest }]) => ({
        predictionId,
        ...(project === undefined ? {} : { project }),
        ...head,
        features: values_,
        output: out,
        ...rest,
      }));
    const written = one.map((value) => {
      const text = JSON.stringify(value);
      return Buffer.from(spaced ? text.replaceAll('":', '": ') : text);
    });
    return fc.array(written, { minLength: 4, maxLength: 12 });
  });

test('whatever is read by position, the reference accepts with the same values', () => {
  let byPosition = 0;
  fc.assert(
    fc.property(producer, fc.nat(), fc.nat({ max: 255 }), (seen, place, byte) => {
      const forms = new Forms();
      // One of them damaged in one byte.
      const damaged = Buffer.from(seen[place % seen.length]!);
      damaged[place % damaged.length] = byte;
      for (const value of [...seen, damaged, ...seen]) {
        const body = read(forms, value);
        const expected = reference(value);
        if (body === undefined) {
          if (expected !== undefined) forms.learn(value);
          continue;
        }
        byPosition += 1;
        const found = values(forms, body, value);
        if (found['project'] === 'default') delete found['project'];
        expect(plain(found)).toEqual(expected);
      }
    }),
    { numRuns: 200 },
  );
  expect(byPosition).toBeGreaterThan(500);
});

test('an event damaged anywhere is read by position only when the reference accepts it, with the same values', () => {
  const forms = learned(json(event));
  const text = JSON.stringify(event);
  const bytes = fc.oneof(
    fc.constantFrom(...Array.from('0123456789.-+eE"\\,:{}[] tfn')),
    fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  );
  const damage = fc.tuple(fc.nat({ max: text.length - 1 }), fc.nat({ max: 3 }), fc.array(bytes, { maxLength: 3 }));
  let byPosition = 0;
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 2 }), (damages) => {
      const damaged = damages.reduce((whole, [at, gone, put]) => whole.slice(0, at) + put.join('') + whole.slice(at + gone), text);
      const value = Buffer.from(damaged, 'latin1');
      const body = read(forms, value);
      if (body === undefined) return;
      byPosition += 1;
      expect(plain(values(forms, body, value))).toEqual(reference(value));
    }),
    { numRuns: 5000 },
  );
  expect(byPosition).toBeGreaterThan(100);
});
