import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyInto, createDataSource, type DataSource, inTransaction } from '@drawbridge/postgres';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import fc from 'fast-check';
import { Database } from '../src/persistence/database.js';
import { FlushStore } from '../src/persistence/flush.store.js';
import { KeptRows, type KeptRow, type StoredText } from '../src/persistence/kept-rows.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { keepByInsert } from './kept-by-insert.js';

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', maxLength }).map((value) => value.replaceAll('\u0000', ''));
// Beyond a chunk of the encoder, and beyond what it makes room for unmeasured.
const longText = fc
  .tuple(fc.constantFrom('x', 'é', '\u{1f6eb}', '"\\{},NULL '), fc.integer({ min: 4000, max: 70_000 }))
  .map(([a, n]) => a.repeat(n));
const id = fc.oneof(
  text(200).filter((value) => value !== ''),
  fc.nat(99).map((n) => `id-${n}`),
);
const number = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, 0, Infinity, -Infinity, 5e-324, 0.1));
const timeMs = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2026, 0) });

const row: fc.Arbitrary<KeptRow> = fc.record({
  project: fc.oneof(fc.constant('default'), text(40)),
  predictionId: id,
  monitorId: fc.uuid(),
  startMs: timeMs,
  timeMs,
  score: number,
  outputClass: fc.option(text(200)),
  failed: fc.boolean(),
  latencyMs: number,
  traceId: fc.option(fc.constant('0af7651916cd43dd8448eb211c80319c')),
  features: fc.option(fc.oneof({ arbitrary: text(60), weight: 9 }, { arbitrary: longText, weight: 1 })),
});

describe('kept rows', () => {
  let box: Sandbox;
  let source: DataSource;
  let store: FlushStore;

  beforeAll(async () => {
    box = await sandbox('kept-rows');
    await box.migrate('monitoring');
    source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
    store = aStore();
  });
  afterAll(async () => {
    await source.destroy();
    await box.dispose();
  });

  const aStore = (): FlushStore => new FlushStore(new PartitionStore(new Database(source)));
  const encoded = (rows: readonly KeptRow[], asBytes = false): KeptRows => {
    const kept = new KeptRows();
    for (const one of rows) {
      kept.add(asBytes ? { ...one, features: bytesOf(one.features), predictionId: bytesOf(one.predictionId)! } : one);
    }
    return kept;
  };
  const byCopy = (...batches: KeptRows[]): Promise<void> =>
    inTransaction(source, async (tx) => {
      for (const batch of batches) await store.writeKept(tx, batch);
    });
  const taken = async (): Promise<unknown[]> => {
    const rows = await source.query<unknown[]>(
      'SELECT * FROM predictions ORDER BY prediction_id COLLATE "C", project COLLATE "C", start_at',
    );
    await source.query('DELETE FROM predictions');
    return rows;
  };

  test('are stored as by a plain INSERT that passes over repeats, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), fc.boolean(), async (rows, asBytes) => {
        await store.makeRoom(rows);
        await inTransaction(source, (tx) => keepByInsert(tx, rows));
        const expected = await taken();
        // Tried by COPY first.
        await inTransaction(source, (tx) => aStore().writeKept(tx, encoded(rows, asBytes)));
        expect(await taken()).toEqual(expected);
        await inTransaction(source, (tx) => copyInto(tx, 'predictions', encoded(rows, asBytes).encoded, true));
        expect(await taken()).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('that are there already stay as they were, and the rest comes', async () => {
    const one = (n: number, score: number): KeptRow => ({
      project: n % 2 === 0 ? 'default' : 'other',
      predictionId: `p-${n >> 1}`,
      monitorId: '0190a000-0000-7000-8000-000000000000',
      startMs: 0,
      timeMs: 1,
      score,
      outputClass: null,
      failed: false,
      latencyMs: NaN,
      traceId: null,
      features: null,
    });
    const range = (from: number, to: number, score: number): KeptRow[] => Array.from({ length: to - from }, (_, i) => one(from + i, score));
    await store.makeRoom([{ startMs: 0 }]);
    await byCopy(encoded(range(0, 1000, 1)));
    // Twice in one transaction, so that what the first leaves behind is in nobody's way.
    await byCopy(encoded(range(500, 1500, 2)), encoded(range(1000, 2000, 3)));
    const rows = (await taken()) as { score: number }[];
    expect([1, 2, 3].map((score) => rows.filter((stored) => stored.score === score).length)).toEqual([1000, 500, 500]);
  });

  test('of a transaction that fails are gone, and the connection goes on', async () => {
    const [sample] = fc.sample(row, 1);
    await store.makeRoom([sample!]);
    const bad = encoded([{ ...sample!, predictionId: 'a\u0000b' }]);
    await expect(byCopy(bad)).rejects.toMatchObject({ code: '22021' });
    expect(await taken()).toEqual([]);
  });

  test('of many megabytes are sent as the connection takes them, also when the first of them is refused', async () => {
    const [sample] = fc.sample(row, 1);
    await store.makeRoom([sample!]);
    const large = Array.from({ length: 12 }, (_, i) => ({
      ...sample!,
      predictionId: `large-${i}`,
      features: String(i % 10).repeat(1_000_000),
    }));
    await expect(byCopy(encoded([{ ...sample!, predictionId: 'a\u0000b' }, ...large]))).rejects.toMatchObject({ code: '22021' });
    await byCopy(encoded(large));
    const rows = (await taken()) as { features: string }[];
    expect(rows.map(({ features }) => features.length)).toEqual(large.map(() => 1_000_000));
  });
});

/** A text as it stands among other bytes. */
function bytesOf(text: StoredText | null): StoredText | null {
  if (typeof text !== 'string') return text;
  const bytes = Buffer.from(`<${text}>`);
  return { bytes, from: 1, to: bytes.length - 1 };
}
