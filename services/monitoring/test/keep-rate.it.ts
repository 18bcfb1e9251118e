import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import { type BaselineDocument, FeatureLayout } from '@drawbridge/drift';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { isKept } from '../src/domain/keep-rate.js';
import { MOST_VALUES, SegmentValues } from '../src/domain/segment-values.js';
import { decodeSegments } from '../src/domain/segments.codec.js';
import { aBaseline, aRegistry, aRow, openMonitor, predictionMessage, QUICK, seeded, settled, T0 } from './world.js';

const ROWS = 3000;
const RATE = 0.2;

let box: Sandbox;
let registry: Server;

beforeAll(async () => {
  box = await sandbox('keep-rate');
  await box.migrate('monitoring');
  await box.seedAccess();
});

afterAll(async () => {
  registry?.close();
  await box?.dispose();
});

test('a share of the rows is kept, by id, also after a crash; windows count all, by segment too, and figures say what they are over', async () => {
  const baseline = aBaseline(2000);
  const stub = await aRegistry(baseline.bytes);
  registry = stub.server;
  const env = { ...QUICK, DRAWBRIDGE_REGISTRY_URL: stub.url };
  let service = await box.startService('monitoring', env);
  await openMonitor(box, {
    baselineRef: { uri: '/x', sha256: baseline.sha256, bytes: baseline.bytes.length },
    monitoring: { windowSeconds: 60, latenessSeconds: 10, idleSeconds: 0.5, minRows: 100, keepRate: RATE, segments: ['country'] },
  });
  const [configured] = await box.collect('monitor.configured', (events) => events.length > 0);
  expect(configured!.data.settings.keepRate).toBe(RATE);

  const random = seeded(5);
  const ids = Array.from({ length: ROWS }, (_, i) => `flight-${i}`);
  const message = (id: string, i: number) =>
    predictionMessage({
      id,
      timeMs: T0 + Math.floor((i * 59_000) / ROWS),
      row: aRow(random),
      extra: { status: i % 10 === 0 ? 'error' : 'ok', ...(i % 7 === 0 ? {} : { segments: { country: countryOf(id) } }) },
    });
  await box.eventLog().produce(ids.map(message).slice(0, ROWS / 2));
  await settled('something stored', async () => expect((await stored()).length).toBeGreaterThan(0));
  await service.kill('SIGKILL');
  service = await box.startService('monitoring', env);
  await box.eventLog().produce(ids.map(message).slice(ROWS / 2));
  const observedAt = new Date(T0 + 3_600_000).toISOString();
  await box
    .eventLog()
    .produce(
      ids.map((id, i) => ({ topic: 'label.received', key: id, value: JSON.stringify({ predictionId: id, value: i % 2, observedAt }) })),
    );

  const [measured] = await box.collect('performance.measured', (events) => events.length > 0, 60_000);
  const kept = ids.filter((id) => isKept(id, RATE));
  const answered = ids.filter((id, i) => isKept(id, RATE) && i % 10 !== 0);
  expect(await stored()).toEqual(kept.toSorted());
  const [window] = await box.query<{ n: string }>('monitoring', 'SELECT n FROM windows');
  expect(Number(window?.n)).toBe(ROWS);
  // More countries than are told apart: which ones they are, and their rows, no crash and no partition changes.
  const uncrashed = new SegmentValues(layoutOf(baseline.document));
  ids.forEach((id, i) => {
    const country = Buffer.from(i % 7 === 0 ? '' : countryOf(id));
    uncrashed.of(country, 0, country.length).n += 1;
  });
  const [{ segments }] = (await box.query<{ segments: Buffer }>('monitoring', 'SELECT segments FROM windows')) as [{ segments: Buffer }];
  const rowsOf = (values: SegmentValues): unknown => values.entries().map(({ value, tally }) => [value, tally.n]);
  expect(uncrashed.entries()).toHaveLength(MOST_VALUES + 2);
  expect(rowsOf(decodeSegments(layoutOf(baseline.document), segments).get('country')!)).toEqual(rowsOf(uncrashed));
  expect(measured!.data).toMatchObject({ ofN: answered.length, sampleRate: kept.length / ROWS });
}, 120_000);

const countryOf = (id: string): string => `land-${Number(id.slice(7)) % 43}`;
const layoutOf = (document: BaselineDocument): FeatureLayout => new FeatureLayout(document);

async function stored(): Promise<string[]> {
  const found = await box.query<{ id: string }>(
    'monitoring',
    'SELECT prediction_id AS id FROM predictions ORDER BY prediction_id COLLATE "C"',
  );
  return found.map(({ id }) => id);
}
