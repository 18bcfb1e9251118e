import type { Transaction } from '@drawbridge/postgres';
import { plainArray } from '../src/persistence/database.js';
import type { KeptRow } from '../src/persistence/kept-rows.js';

/** The plain way to keep rows, by one statement with arrays: what binary COPY must store the same as, and is measured against. */
export async function keepByInsert(tx: Transaction, kept: readonly KeptRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO predictions (project, prediction_id, monitor_id, start_at, event_at, score, class, failed, latency_ms, trace_id, features)
     SELECT project, prediction_id, monitor_id, to_timestamp(start_ms / 1000.0), to_timestamp(time_ms / 1000.0),
            score, class, failed, latency_ms, trace_id, features
     FROM unnest($1::text[], $2::text[], $3::uuid[], $4::float8[], $5::float8[], $6::float8[], $7::text[], $8::bool[],
                 $9::float8[], $10::text[], $11::text[])
       AS new (project, prediction_id, monitor_id, start_ms, time_ms, score, class, failed, latency_ms, trace_id, features)
     ON CONFLICT DO NOTHING`,
    [
      kept.map((row) => row.project),
      kept.map((row) => row.predictionId),
      plainArray(kept.map((row) => row.monitorId)),
      plainArray(kept.map((row) => row.startMs)),
      plainArray(kept.map((row) => row.timeMs)),
      plainArray(kept.map((row) => row.score)),
      kept.map((row) => row.outputClass),
      plainArray(kept.map((row) => row.failed)),
      plainArray(kept.map((row) => row.latencyMs)),
      plainArray(kept.map((row) => row.traceId)),
      kept.map((row) => (row.features instanceof Uint8Array ? Buffer.from(row.features).toString() : row.features)),
    ],
  );
}
