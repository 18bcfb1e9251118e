import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { completeSettings, type EventMap, type Topic, violations } from '@drawbridge/contracts';
import { addValue, FeatureLayout } from '@drawbridge/drift';
import * as arrow from 'apache-arrow';
import { aLabel, anEnvelope, aPrediction } from '@drawbridge/testing';
import { Announcements } from '../src/closing/announcements.js';
import type { ClosedWindow } from '../src/closing/event-data.js';
import { nextAlarm } from '../src/domain/alarm.js';
import { judge } from '../src/domain/judge.js';
import type { Alarm, Monitor } from '../src/domain/monitor.js';
import { segmentFindings } from '../src/domain/segments.js';
import type { Tally } from '../src/domain/tally.js';
import { WindowPart } from '../src/domain/window-part.js';
import { ArrowReader } from '../src/intake/arrow/arrow.reader.js';
import { decodeLabel } from '../src/intake/label.codec.js';
import { PredictionCodec } from '../src/intake/prediction.codec.js';
import { Reject } from '../src/intake/reject.js';
import { aBaseline, aRow, seeded } from './world.js';

const baseline = aBaseline(5000);
const layout = new FeatureLayout(baseline.document);
const settings = completeSettings({ windowSeconds: 3600, materiality: 0.02, minRows: 100 });
const HOUR = 3_600_000;

const monitor: Monitor = {
  id: '0192f0c4-0000-7000-8000-000000000001',
  project: 'default',
  endpoint: 'risk',
  endpointId: 'endpoint-1',
  environment: 'production',
  model: 'credit-risk',
  modelId: 'model-1',
  version: '1',
  variant: 'candidate',
  weight: 10,
  status: 'active',
  monitorVersion: 1,
  settings,
  deploymentId: 'dep-1',
  deploymentIds: ['dep-1'],
  cause: { id: 'cause', chainId: 'chain' },
  baselineSha256: baseline.sha256,
  alarm: { state: 'quiet' },
  createdAt: new Date(0),
};

/** `shift` moves the age, in one of two countries when it has segments. */
function closed(rows: number, shift: number, segmented = false): ClosedWindow {
  const random = seeded(5);
  const part = new WindowPart(layout);
  for (let i = 0; i < rows; i += 1) {
    const moved = !segmented || i % 4 === 0;
    const row = aRow(random, moved ? shift : 0);
    part.addTime((i * HOUR) / rows);
    const country = Buffer.from(moved ? 'PL' : 'DE');
    const tallies: Tally[] = segmented ? [part, part.segment('country').of(country, 0, 2)] : [part];
    for (const tally of tallies) {
      tally.n += 1;
      tally.addLatency(5);
      tally.addScore(row.score);
      tally.counts.addRow();
      [row.age, row.region, row.score].forEach((value, slot) => addValue(tally.counts, slot, value));
    }
  }
  const segments = segmented ? segmentFindings(part, settings, []) : undefined;
  const judgement = judge({ part, startMs: 0, endMs: HOUR, baseline: baseline.document, settings, recent: [part.counts] });
  const window = {
    id: '0192f0c4-0000-7000-8000-000000000002',
    monitorId: monitor.id,
    startMs: 0,
    endMs: HOUR,
    status: 'closed' as const,
    revision: 1,
    verdict: judgement.verdict,
    n: rows,
    summary: null,
    closedEventId: null,
    ripeMs: undefined,
  };
  const parsed = { sha256: baseline.sha256, document: baseline.document, layout };
  return { monitor, window, part, judgement, segments, baseline: parsed, eventId: '0192f0c4-0000-7000-8000-000000000003' };
}

/** Announcements over collaborators that only remember what they were told. */
function listening() {
  const said: { topic: Topic; data: Record<string, unknown> }[] = [];
  const outbox = {
    appendAll: (_: unknown, events: readonly { topic: Topic; data: Record<string, unknown> }[]) => {
      said.push(...events);
      return Promise.resolve();
    },
  };
  const detections = {
    insertAll: () => Promise.resolve(),
    resolve: () => Promise.resolve(),
    escalate: () => Promise.resolve(),
    countSince: () => Promise.resolve([0]),
  };
  const candidate = { predictionId: 'p', traceId: null, features: '{"age":70,"region":"north"}', score: 0.7, outputClass: null };
  const predictions = { candidates: () => Promise.resolve([[candidate]]) };
  return { said, announcements: new Announcements(outbox as never, detections as never, predictions as never) };
}

/** What is wrong with an event as it would go over the wire. */
function faults({ topic, data }: { topic: Topic; data: Record<string, unknown> }): unknown {
  return violations(topic, JSON.parse(JSON.stringify(anEnvelope(topic, data as never as EventMap[typeof topic]))));
}

function alarmInput(window: ClosedWindow, verdict: 'quiet' | 'alarming') {
  return {
    verdict,
    severity: window.judgement.severity,
    features: ['age'],
    windowId: window.window.id,
    start: '1970-01-01T00:00:00.000Z',
    end: '1970-01-01T01:00:00.000Z',
    retrospective: false,
    detectionId: '0192f0c4-0000-7000-8000-000000000004',
    announced: false,
    monitorClosed: false,
  };
}

describe('every event that closing says keeps its contract', () => {
  test.each([
    ['quiet', 1000, 0],
    ['alarming', 1000, 1],
    ['insufficient', 10, 0],
    ['insufficient', 0, 0],
  ])('a window that is %s', async (verdict, rows, shift) => {
    const { said, announcements } = listening();
    const window = closed(rows, shift);
    expect(window.judgement.verdict).toBe(verdict);
    await announcements.windowsClosed({} as never, [window]);
    expect(said.map(faults)).toEqual([[]]);
  });

  test('a window with segments, and drift that one of them carries', async () => {
    const { said, announcements } = listening();
    const window = closed(2000, 1.5, true);
    await announcements.windowsClosed({} as never, [window]);
    const quiet: Alarm = { state: 'quiet' };
    await announcements.alarms({} as never, [{ closed: window, before: quiet, step: nextAlarm(quiet, alarmInput(window, 'alarming'), 1) }]);
    expect(said.map(faults)).toEqual([[], []]);
    expect(said[0]!.data['segments']).toMatchObject([
      { key: 'country', value: 'PL', n: 500, worst: { feature: expect.any(String) } },
      { key: 'country', value: 'DE', n: 1500 },
    ]);
    expect(said[1]!.data['suspectedCauses']).toContainEqual({
      kind: 'segment',
      detail: expect.stringContaining('without the 500 rows of country PL'),
      score: expect.any(Number),
    });
  });

  test('drift that opens and ends', async () => {
    const { said, announcements } = listening();
    const window = closed(1000, 1);
    const quiet: Alarm = { state: 'quiet' };
    const opened = nextAlarm(quiet, alarmInput(window, 'alarming'), 1);
    await announcements.alarms({} as never, [{ closed: window, before: quiet, step: opened }]);
    const resolved = nextAlarm(opened.next, alarmInput(window, 'quiet'), 1);
    await announcements.alarms({} as never, [{ closed: window, before: opened.next, step: resolved }]);
    expect(said.map(({ topic }) => topic)).toEqual(['drift.detected', 'drift.resolved']);
    expect(said.map(faults)).toEqual([[], []]);
    expect(Buffer.byteLength(JSON.stringify(said[0]))).toBeLessThan(64 * 1024);
  });
});

describe('every event of the public contract is read', () => {
  test('predictions', () => {
    const codec = new PredictionCodec();
    expect(codec.read(Buffer.from(JSON.stringify(aPrediction())), Date.UTC(2026, 1, 1))).toBeUndefined();
  });

  test('predictions of a batch, as pyarrow wrote them', () => {
    const file = join(import.meta.dirname, '../../../libs/contracts/history/prediction.batch.logged/v1.json');
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as { value: Record<string, unknown>; arrow: string };
    const reader = new ArrowReader(arrow);
    expect(reader.open(Buffer.from(recorded.arrow, 'base64'))).toBe(3);
    for (const row of [2, 1, 0]) expect(reader.read(row, Date.UTC(2027, 0))).toBeUndefined();
    const flat: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(JSON.parse(reader.json()) as Record<string, unknown>)) {
      if (typeof value !== 'object') flat[name] = value;
      else for (const [inner, one] of Object.entries(value!)) flat[`${name}.${inner}`] = one;
    }
    expect(flat).toEqual(recorded.value);
  });

  test('labels', () => {
    expect(decodeLabel(Buffer.from(JSON.stringify(aLabel())), Date.UTC(2026, 1, 1))).not.toBeInstanceOf(Reject);
  });
});
