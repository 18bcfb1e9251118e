import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aRecordBatch, type ARecord, type BatchPart } from '../../test/a-record-batch.js';
import type { AbortedTransaction } from './batch-headers.js';
import { castagnoli } from './checksum.js';
import { type Decoded, decodePartition } from './decode-partition.js';
import type { FetchedBatch } from './fetched-batch.js';

async function decode(bytes: Buffer, fromOffset = 0, aborted: readonly AbortedTransaction[] = []): Promise<Decoded> {
  // Bytes around it, as in an answer with several partitions.
  const answer = Buffer.concat([Buffer.alloc(7, 1), bytes, Buffer.alloc(9, 1)]);
  const place = { topic: 't', partition: 3, bytes: answer, from: 7, to: 7 + bytes.length };
  return decodePartition({ ...place, highWatermark: 99n, aborted }, fromOffset, castagnoli);
}

function lines(batch: FetchedBatch | undefined): string[] {
  if (batch === undefined) return [];
  return Array.from({ length: batch.count }, (_, i) => {
    const { offset, key, value, headers, unreadable } = batch.message(i);
    return unreadable === undefined ? `${offset} ${String(key)} ${String(value)} ${JSON.stringify(headers)}` : `${offset} unreadable`;
  });
}

const batch = (values: readonly string[], part: BatchPart = {}): Buffer =>
  aRecordBatch(
    values.map((value) => ({ value })),
    part,
  );

describe('an answer of a broker', () => {
  test('gives the records of all its batches, with their place and time', async () => {
    const bytes = Buffer.concat([
      aRecordBatch(
        [
          { key: null, value: 'a', after: 5 },
          { value: null, headers: { x: '1', y: null } },
        ],
        { baseOffset: 10 },
      ),
      batch(['b'], { baseOffset: 12, appendTime: true }),
    ]);
    const { batch: found, nextOffset } = await decode(bytes);
    expect(lines(found)).toEqual(['10 null a {}', '11 k null {"x":"1"}', '12 k b {}']);
    expect(found).toMatchObject({ topic: 't', partition: 3, count: 3, firstOffset: 10n, nextOffset: 13n, highWatermark: 99n });
    expect([found!.timestamp(0), found!.timestamp(2)]).toEqual([1_700_000_000_005, 1_700_000_001_000]);
    expect([found!.header(1, 'x'), found!.header(1, 'y'), found!.header(0, 'x')]).toEqual(['1', undefined, undefined]);
    expect(nextOffset).toBe(13);
    const { bytes: buffer, start, end } = found!.values;
    expect([buffer.toString('utf8', start[0], end[0]), end[1]]).toEqual(['a', -1]);
  });

  test('begins where it was asked to, though the broker sends whole batches', async () => {
    const { batch: found } = await decode(batch(['a', 'b', 'c'], { baseOffset: 4 }), 6);
    expect(lines(found)).toEqual(['6 k c {}']);
  });

  test('knows where reading goes on behind offsets that compaction has emptied', async () => {
    const { batch: found, nextOffset } = await decode(batch(['a', 'b'], { baseOffset: 4, offsets: [1, 5], lastOffsetDelta: 8 }));
    expect([lines(found), nextOffset]).toEqual([['5 k a {}', '9 k b {}'], 13]);
  });

  test('whose last batch is cut off is read up to there', async () => {
    const whole = batch(['a'], { baseOffset: 1 });
    const cut = batch(['b'], { baseOffset: 2 });
    for (let length = 0; length < cut.length; length += 7) {
      const { batch: found, nextOffset } = await decode(Buffer.concat([whole, cut.subarray(0, length)]));
      expect([lines(found), nextOffset]).toEqual([['1 k a {}'], 2]);
    }
  });

  test('without a complete batch moves nothing', async () => {
    expect(await decode(batch(['a'], { baseOffset: 5 }).subarray(0, 30), 5)).toEqual({ batch: undefined, nextOffset: 5 });
  });

  test('of an old message format is refused by name', async () => {
    await expect(decode(batch(['a'], { magic: 1 }))).rejects.toThrow('message format 1');
  });

  test('mixes compressed and plain batches', async () => {
    const bytes = Buffer.concat([batch(['a']), batch(['b', 'c'], { baseOffset: 1, gzip: true }), batch(['d'], { baseOffset: 3 })]);
    expect(lines((await decode(bytes)).batch)).toEqual(['0 k a {}', '1 k b {}', '2 k c {}', '3 k d {}']);
  });
});

describe('transactions', () => {
  const aborted = [{ producerId: 7n, firstOffset: 1 }];
  const bytes = Buffer.concat([
    batch(['plain']),
    batch(['lost'], { baseOffset: 1, transactional: true, producerId: 7 }),
    batch(['kept'], { baseOffset: 2, transactional: true, producerId: 8 }),
    aRecordBatch([], { baseOffset: 3, control: 'abort', producerId: 7 }),
    batch(['again'], { baseOffset: 4, transactional: true, producerId: 7 }),
    aRecordBatch([], { baseOffset: 5, control: 'commit', producerId: 7 }),
  ]);

  test('that were given up leave no record, and neither do the marks of their end', async () => {
    const { batch: found, nextOffset } = await decode(bytes, 0, aborted);
    expect(lines(found)).toEqual(['0 k plain {}', '2 k kept {}', '4 k again {}']);
    expect(nextOffset).toBe(6);
  });

  test('an answer of marks alone is a batch without records that moves the position of its reader', async () => {
    const { batch: found, nextOffset } = await decode(aRecordBatch([], { baseOffset: 3, control: 'commit', producerId: 7 }), 3);
    expect([lines(found), found?.count, found?.firstOffset, found?.nextOffset, nextOffset]).toEqual([[], 0, 3n, 4n, 4]);
  });
});

describe('a batch that cannot be read stops nothing: each of its records is unreadable, with the reason', () => {
  const after = batch(['after'], { baseOffset: 2 });
  const damaged = (at: number, base = batch(['a', 'b'])): Buffer => {
    const bytes = Buffer.from(base);
    bytes[at]! ^= 0x5a;
    return bytes;
  };

  test.each<[string, Buffer, RegExp]>([
    ['a wrong checksum', damaged(70), /checksum of the batch is wrong \(batch of \d+ bytes, sha256 [0-9a-f]{64}\)/],
    ['an unknown compression', batch(['a', 'b'], { codec: 3 }), /lz4 compression is not supported/],
    [
      'no gzip though it says so',
      batch(['a', 'b'], { codec: 1 }),
      /the batch cannot be decompressed by gzip: incorrect header check \(compressed batch of \d+ bytes/,
    ],
    ['a bomb', aRecordBatch([{ value: 'x'.repeat(40 * 1024 * 1024) }, {}], { gzip: true }), /decompresses by gzip to more than/],
    ['more records than bytes', batch(['a', 'b'], { count: 1_000_000 }), /its content is no records/],
    ['a negative count', batch(['a', 'b'], { count: -5 }), /its content is no records/],
  ])('%s', async (_, broken, reason) => {
    const { batch: found, nextOffset } = await decode(Buffer.concat([broken, after]));
    expect(lines(found).at(-1)).toBe('2 k after {}');
    expect(
      lines(found)
        .slice(0, -1)
        .every((line) => line.endsWith('unreadable')),
    ).toBe(true);
    expect(found!.unreadable(0)).toMatch(reason);
    expect(found!.unreadable(found!.count - 1)).toBeUndefined();
    expect([found!.key(0), found!.value(0), found!.message(0).headers]).toEqual([null, null, {}]);
    expect(nextOffset).toBe(3);
  });
});

test('batches that grow together beyond what one may are unpacked one after the other, and none is lost', async () => {
  const grown = 'x'.repeat(20 * 1024 * 1024);
  const packed = aRecordBatch([{ value: grown }], { gzip: true });
  // Packing takes longest. The offset stands before what the checksum is of.
  const at = (baseOffset: bigint): Buffer => {
    const copy = Buffer.from(packed);
    copy.writeBigInt64BE(baseOffset, 0);
    return copy;
  };
  const bytes = Buffer.concat([at(0n), at(1n), at(2n)]);
  const found: [number, number][] = [];
  for (let from = 0; from < 3;) {
    const { batch: one, nextOffset } = await decode(bytes, from);
    found.push([one!.count, nextOffset]);
    expect([one!.firstOffset, one!.nextOffset, one!.value(0)?.length]).toEqual([BigInt(from), BigInt(nextOffset), grown.length]);
    from = nextOffset;
  }
  expect(found).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
  ]);
}, 30_000);

const aRecord: fc.Arbitrary<ARecord> = fc.record({
  key: fc.option(fc.string()),
  value: fc.option(fc.string({ maxLength: 300 })),
  headers: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 4, noNullPrototype: true }),
  after: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
});

test('whatever a producer writes is read as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRecord, { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      fc.nat(2 ** 40),
      async (records, gzip, baseOffset) => {
        const { batch: found } = await decode(aRecordBatch(records, { gzip, baseOffset }));
        const read = Array.from({ length: found!.count }, (_, i) => {
          const { key, value, headers, timestamp, offset } = found!.message(i);
          return { key: key?.toString() ?? null, value: value?.toString() ?? null, headers, after: timestamp - 1_700_000_000_000, offset };
        });
        expect(read).toEqual(records.map((record, i) => ({ ...record, offset: BigInt(baseOffset + i) })));
      },
    ),
  );
});

test('damaged bytes end in an answer or in an error, and never in a loop', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(255), fc.boolean(), async (place, byte, gzip) => {
      const bytes = aRecordBatch([{ value: 'a' }, { value: 'b', headers: { h: 'x' } }], { gzip });
      bytes[place % bytes.length] = byte;
      const found = await decode(bytes).catch((error: unknown) => error);
      if (found instanceof Error) expect(['OldMessageFormat', 'RangeError']).toContain(found.name);
      else lines((found as Decoded).batch);
    }),
    { numRuns: 500 },
  );
});
