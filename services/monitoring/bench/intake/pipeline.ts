import { randomUUID } from 'node:crypto';
import { WindowCounts } from '@drawbridge/drift';
import { KafkajsLog, type KafkaSettings, type RecordBatch } from '@drawbridge/kafka';
import { createLogger } from '@drawbridge/telemetry';
import { CpuMeter } from '@drawbridge/testing';
import type { Target } from '../../src/domain/routing.js';
import { countRow } from '../../src/intake/count-row.js';
import { PredictionReader } from '../../src/intake/prediction.reader.js';
import { MemoryIntake } from './memory-intake.js';
import { batchesOf, readModels, readWorkload, routingOf } from './workload-file.js';

/**
 * One measurement of our side, in a process of its own: prints the processor time it took.
 *
 *   node dist/bench/intake/pipeline.js <kafka|memory> <discard|count|intake|kept> <folder> <events> <warm-up> <passes>
 *
 * `count` reads and counts every event; `intake` is the production intake without its database, from memory only; `kept`
 * is the same when it keeps every row. The settings of Kafka are in DRAWBRIDGE_BENCH_KAFKA.
 */
const [source, work, folder = '', ...rest] = process.argv.slice(2);
const [events = 0, warmUp = 0, passes = 1] = rest.map(Number);
const meter = new CpuMeter(events, warmUp);
const routing = routingOf(readModels(folder), work === 'kept' ? 1 : 0);
const reader = new PredictionReader();
const slabs = new Map<Target, WindowCounts>();
const NEVER = Number.MAX_SAFE_INTEGER;
let counted = 0;

function count(batch: RecordBatch): void {
  reader.use(batch);
  for (let i = 0; i < batch.count; i += 1) {
    if (reader.read(i, NEVER) !== undefined) continue;
    const target = targetOf();
    if (target === undefined) continue;
    let slab = slabs.get(target);
    if (slab === undefined) slabs.set(target, (slab = new WindowCounts(target.layout)));
    countRow(slab, target.layout, reader);
    counted += 1;
  }
  reader.settle();
}

/** As the intake routes: once per form and model. */
function targetOf(): Target | undefined {
  const { body, row } = reader;
  if (body === undefined) return routing.route(row);
  return (body.routed ??= routing.route(row)) as Target | undefined;
}

const handle = work === 'discard' ? (batch: RecordBatch): void => void (counted += batch.count) : count;
if (source === 'kafka') await fromKafka();
else await fromMemory();
process.stdout.write(`${JSON.stringify({ ...meter.reading(), counted, tiers: reader.tiers })}\n`);
process.exit();

async function fromKafka(): Promise<void> {
  const settings = JSON.parse(process.env['DRAWBRIDGE_BENCH_KAFKA'] ?? '{}') as KafkaSettings;
  for (let pass = 0; pass < passes; pass += 1) {
    const log = new KafkajsLog(settings, createLogger('bench', { write: () => true }));
    await new Promise<void>((resolve, reject) => {
      const consumption = log.consumeBatches({
        group: `bench-${randomUUID()}`,
        topics: ['prediction.logged'],
        handle: (batch) => {
          handle(batch);
          if (meter.after(batch.count)) resolve();
          return Promise.resolve();
        },
      });
      consumption.catch(reject);
    });
    meter.again();
    await log.close();
  }
}

async function fromMemory(): Promise<void> {
  const workload = readWorkload(folder);
  for (let pass = 0; pass < passes; pass += 1) {
    const intake = work === 'intake' || work === 'kept' ? new MemoryIntake(routing) : undefined;
    for (const batch of batchesOf(workload)) {
      if (intake === undefined) handle(batch);
      else await intake.take(batch);
      meter.after(batch.count);
    }
    await intake?.end();
    for (const byStart of intake?.windows.values() ?? []) for (const part of byStart.values()) counted += part.n;
    meter.again();
  }
}
