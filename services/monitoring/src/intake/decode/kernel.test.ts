import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Forms } from './forms.js';
import { loadKernel } from './kernel.js';
import { NUMBER, SLAB_BYTES } from './kernel-layout.js';

interface Given {
  readonly id?: string;
  readonly time?: string;
  readonly x?: string;
  readonly y?: string;
}

function event({ id = 'p-1', time = '2026-01-05T00:00:00.000Z', x = '41', y = '"north"' }: Given = {}): Buffer {
  return Buffer.from(
    `{"predictionId":"${id}","time":"${time}","model":"credit","version":"1","features":{"x":${x},"y":${y}},"output":{"score":0.5}}`,
  );
}

function knowing(value: Buffer = event()): Forms {
  const forms = new Forms();
  forms.learn(value);
  return forms;
}

/** Undefined when it is left to the reference. */
function read(forms: Forms, value: Buffer): ReturnType<Forms['read']> {
  forms.use(value);
  return forms.read(0, value.length);
}

describe('numbers', () => {
  const forms = knowing();
  const numberOf = (text: string): number | undefined => {
    const body = read(forms, event({ x: text }));
    if (body === undefined) return undefined;
    const { holes } = forms.scanned;
    const hole = body.features.get('x')!;
    expect([holes.kind[hole], holes.end[hole]! - holes.start[hole]!]).toEqual([NUMBER, text.length]);
    return holes.number[hole]!;
  };
  const digits = (least: number, most: number): fc.Arbitrary<string> =>
    fc.array(fc.nat({ max: 9 }), { minLength: least, maxLength: most }).map((list) => list.join(''));
  const whole = digits(1, 15).map((text) => text.replace(/^0+(?=\d)/, ''));
  const fraction = digits(0, 22).map((text) => (text === '' ? '' : `.${text}`));
  const signed = (number: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom('', '-'), number).map((parts) => parts.join(''));

  test('of all lengths are what JSON.parse makes of them, to the last bit, or left to the reference', () => {
    const any = fc.oneof(
      signed(fc.tuple(whole, fraction).map((parts) => parts.join(''))),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -999_999_999_999_999, max: 999_999_999_999_999 }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }).map(String),
    );
    fc.assert(
      fc.property(any, (text) => {
        const found = numberOf(text);
        const significant = text.replaceAll(/^[-0.]+|\./g, '').length;
        const decimals = text.split('.')[1]?.length ?? 0;
        if (found === undefined) expect(text.includes('e') || significant > 19 || decimals > 22).toBe(true);
        else expect(Object.is(found, JSON.parse(text))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('half way between two doubles are rounded to the even one', () => {
    for (let i = 0; i < 500; i += 1) {
      // From 2^49 on doubles are an eighth apart.
      const text = `${(2n ** 49n + BigInt(i)).toString()}.${['0625', '1875', '3125', '4375', '5625', '6875', '8125', '9375'][i % 8]!}`;
      expect([text, numberOf(text)]).toEqual([text, Number(text)]);
    }
  });

  test('that JSON does not know are left to the reference', () => {
    for (const text of ['', '-', '.5', '-.5', '1.', '01', '-01', '00', '1.5.2', '1-2', '--1', '+1', '1e3', '0x1', '1.e2', '١']) {
      expect([text, numberOf(text)]).toEqual([text, undefined]);
      expect([text, numberOf(`${text}${'0'.repeat(17)}e`)]).toEqual([text, undefined]);
    }
  });
});

describe('times', () => {
  const forms = knowing();
  const timeOf = (time: string): number | undefined => (read(forms, event({ time })) === undefined ? undefined : forms.scanned.timeMs);

  test('of every day of a year are read by position, leap years or not', () => {
    for (const year of [1970, 1999, 2000, 2026, 2028, 2100]) {
      for (let at = Date.UTC(year, 0, 1, 23, 59, 58, 7); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
        expect(timeOf(new Date(at).toISOString())).toBe(at);
      }
    }
  });

  test('of a day that is none are left to the reference', () => {
    for (const day of [
      '2026-02-29',
      '2028-02-30',
      '2100-02-29',
      '2026-04-31',
      '2026-01-32',
      '2026-13-31',
      '2026-00-31',
      '2026-03-00',
      '1969-12-31',
    ]) {
      expect([day, timeOf(`${day}T00:00:00.000Z`)]).toEqual([day, undefined]);
    }
  });

  test.each(['24:00:00.000Z', '00:60:00.000Z', '00:00:60.000Z', '00:00:0x.000Z', '00:00:00.00:Z', '00:00:00.000+', '00-00:00.000Z'])(
    'such as %s are left to the reference',
    (time) => {
      expect(timeOf(`2026-01-05T${time}`)).toBeUndefined();
    },
  );
});

describe('the bytes of a batch', () => {
  /** Reads all of them, in this order, and expects the id of each. */
  function expectIds(forms: Forms, values: readonly Buffer[], order: readonly number[]): void {
    const bytes = Buffer.concat(values);
    const starts = values.map((_, i) => values.slice(0, i).reduce((sum, { length }) => sum + length, 0));
    forms.use(bytes);
    for (const i of order) {
      const body = forms.read(starts[i]!, starts[i]! + values[i]!.length);
      const { start, end } = forms.scanned.holes;
      expect(bytes.toString('latin1', start[body!.id], end[body!.id])).toBe(`p-${i}`);
    }
  }

  test('are read wherever they stand, in any order', () => {
    const values = Array.from({ length: 2000 }, (_, i) => event({ id: `p-${i}`, x: String(i / 7), y: `"${'x'.repeat(i % 200)}"` }));
    const order = values.map((_, i) => i);
    expectIds(knowing(), values, [...order, ...order.toReversed(), ...order.map((i) => (i * 911) % 2000)]);
  });

  test('may be others the next time, in the same memory', () => {
    const forms = knowing();
    const bytes = event({ x: '41' });
    expect(read(forms, bytes)).toBeDefined();
    event({ x: '42' }).copy(bytes);
    const body = read(forms, bytes)!;
    expect(forms.scanned.holes.number[body.features.get('x')!]).toBe(42);
  });

  test('may be one event as long as there is room for, and no longer', () => {
    const long = (length: number): Buffer => event({ y: `"${'x'.repeat(length - event({ y: '""' }).length)}"` });
    const forms = knowing();
    for (const length of [65_535, 65_536, 65_537, SLAB_BYTES - 1, SLAB_BYTES]) expect(read(forms, long(length))).toBeDefined();
    expect(read(forms, long(SLAB_BYTES + 1))).toBeUndefined();
    expect(read(forms, event())).toBeDefined();
  });
});

describe('a form is not learned', () => {
  test('with more values than there are holes', () => {
    const many = (count: number): Buffer => {
      const more = Array.from({ length: count }, (_, i) => `"f${i}":${i}`);
      return Buffer.from(event().toString().replace('"output"', `${more.join()},"output"`));
    };
    expect(read(knowing(many(2000)), many(2000))).toBeDefined();
    expect(read(knowing(many(2200)), many(2200))).toBeUndefined();
  });

  test('where the kernel cannot run: nothing fits', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      expect(loadKernel(Buffer.from('no module')).match(0, 0, 0, 0)).toBe(0);
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      warn.mockRestore();
    }
  });
});
