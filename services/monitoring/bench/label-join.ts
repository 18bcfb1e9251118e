import { strict as assert } from 'node:assert';
import { performance } from 'node:perf_hooks';
import { copyInto, createDataSource, inTransaction } from '@drawbridge/postgres';
import { ownCluster, sandbox } from '@drawbridge/testing';
import { KeptRows } from '../src/persistence/kept-rows.js';
import { LabelStore, type StoredLabel } from '../src/persistence/label.store.js';

/**
 * Late labels for the newest fifth of many stored predictions, through the label store of the service, in the batches that
 * Kafka gives: every label is stored, its prediction found and its window noted. One line of JSON.
 *
 *   node --enable-source-maps dist/bench/label-join.js [predictions] [labels] [labels a batch]
 */
const [predictions = 2_000_000, labels = 200_000, batch = 5000] = process.argv.slice(2).map(Number);
const MONITOR = '0190a000-0000-7000-8000-000000000001';
const ROWS_PER_WINDOW = 50_000;
const T0 = Date.UTC(2026, 0, 5);
const FLUSH = 5000;

const cluster = await ownCluster();
const box = await sandbox('label_join', { cluster });
try {
  await box.migrate('monitoring');
  const source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
  const storing = performance.now();
  for (let n = 0; n < predictions; n += FLUSH) {
    const kept = rowsFrom(n, Math.min(predictions, n + FLUSH));
    await inTransaction(source, (tx) => copyInto(tx, 'predictions', kept.encoded));
    kept.encoded.release();
  }
  const stored = performance.now() - storing;
  const first = Math.floor(predictions * 0.8);
  // In no order of theirs, as labels come.
  const chosen = Array.from({ length: labels }, (_, i) => first + Math.floor((i * (predictions - first)) / labels));
  shuffle(chosen);
  const store = new LabelStore();
  const joining = performance.now();
  const cpu = process.cpuUsage();
  for (let at = 0; at < labels; at += batch) {
    const some = chosen.slice(at, at + batch).map(labelOf);
    some.sort((a, b) => (a.predictionId < b.predictionId ? -1 : 1));
    await inTransaction(source, (tx) => store.write(tx, 0, some));
  }
  const seconds = (performance.now() - joining) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const [noted] = await source.query<{ n: string }[]>(`SELECT sum(labels) AS n FROM window_changes WHERE cause = 'label'`);
  assert.equal(Number(noted?.n), labels, 'not every label found its prediction');
  process.stdout.write(
    `${JSON.stringify({
      predictions,
      labels,
      batch,
      storedPerSecond: Math.round((predictions / stored) * 1000),
      seconds: Number(seconds.toFixed(2)),
      labelsPerSecond: Math.round(labels / seconds),
      nodeMicrosecondsPerLabel: Number(((user + system) / labels).toFixed(2)),
    })}\n`,
  );
  await source.destroy();
} finally {
  await box.dispose();
  await cluster.stop();
}

/** Ids as of a clock. */
function idOf(n: number): string {
  const time = (T0 + n).toString(16).padStart(12, '0');
  // Odd multipliers make ends that look random and never meet.
  const end = (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-0000${end}`;
}

function rowsFrom(from: number, to: number): KeptRows {
  const kept = new KeptRows();
  for (let n = from; n < to; n += 1) {
    kept.add({
      project: 'default',
      predictionId: idOf(n),
      monitorId: MONITOR,
      startMs: T0 + Math.floor(n / ROWS_PER_WINDOW) * 3_600_000,
      timeMs: T0 + n,
      score: (n % 1000) / 1000,
      outputClass: '1',
      failed: false,
      latencyMs: 5,
      traceId: null,
      features: `{"age":${String(n % 90)},"region":"north","income":${String(n % 9000)}}`,
    });
  }
  return kept;
}

function labelOf(n: number): StoredLabel {
  const value = n % 3 === 0 ? '1' : '0';
  const observedMs = T0 + n + 86_400_000;
  return {
    project: 'default',
    predictionId: idOf(n),
    text: value,
    numeric: Number(value),
    observedMs,
    revision: 1,
    weight: null,
    source: null,
    retracted: false,
  };
}

function shuffle(values: number[]): void {
  let state = 7;
  for (let i = values.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 4_294_967_296) * (i + 1));
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
}
