import type { Transaction } from '@drawbridge/postgres';
import type { ExemplarCandidate } from '../domain/exemplars.js';
import { type Database, plainArray, rows } from './database.js';

/** Rows of a window that are looked through for exemplars. */
export const MOST_CANDIDATES = 5000;

export interface StoredPrediction {
  readonly project: string;
  readonly predictionId: string;
  readonly monitorId: string;
  readonly windowStartMs: number;
  readonly time: Date;
  readonly score: number | null;
  readonly outputClass: string | null;
  readonly failed: boolean;
  readonly latencyMs: number | null;
  readonly traceId: string | null;
  readonly features: unknown;
  readonly label: { value: string; revision: number; observedAt: Date; retracted: boolean } | null;
}

export interface CandidateWindow {
  readonly monitorId: string;
  readonly startMs: number;
}

interface CandidateRecord {
  place: number;
  prediction_id: string;
  trace_id: string | null;
  features: string | null;
  score: number | null;
  class: string | null;
}

interface PredictionRecord {
  project: string;
  prediction_id: string;
  monitor_id: string;
  start_at: Date;
  event_at: Date;
  score: number | null;
  class: string | null;
  failed: boolean;
  latency_ms: number | null;
  trace_id: string | null;
  features: string | null;
  value: string | null;
  revision: number | null;
  observed_at: Date | null;
  retracted: boolean | null;
}

export class PredictionStore {
  constructor(private readonly database: Database) {}

  /** For each window its rows, those with a trace before others where they are too many; rows that failed have nothing to show. */
  async candidates(tx: Transaction, windows: readonly CandidateWindow[]): Promise<ExemplarCandidate[][]> {
    const found = await rows<CandidateRecord>(
      tx,
      `SELECT wanted.place::int AS place, p.prediction_id, p.trace_id, p.features, p.score, p.class
       FROM unnest($1::uuid[], $2::float8[]) WITH ORDINALITY AS wanted (monitor_id, start_ms, place)
       CROSS JOIN LATERAL (
         SELECT prediction_id, trace_id, features, score, class FROM predictions
         WHERE monitor_id = wanted.monitor_id AND start_at = to_timestamp(wanted.start_ms / 1000.0) AND NOT failed
         ORDER BY (trace_id IS NULL), prediction_id LIMIT ${String(MOST_CANDIDATES)}
       ) p`,
      [plainArray(windows.map(({ monitorId }) => monitorId)), plainArray(windows.map(({ startMs }) => startMs))],
    );
    const candidates = windows.map((): ExemplarCandidate[] => []);
    for (const row of found) {
      candidates[row.place - 1]!.push({
        predictionId: row.prediction_id,
        traceId: row.trace_id,
        features: row.features,
        score: row.score,
        outputClass: row.class,
      });
    }
    return candidates;
  }

  /** Predictions with an id; several when several projects, or several times, have the same one. */
  async find(predictionId: string, project: string | undefined): Promise<StoredPrediction[]> {
    const found = await this.database.query<PredictionRecord>(
      `SELECT p.*, l.value, l.revision, l.observed_at, l.retracted FROM predictions p
       LEFT JOIN LATERAL (
         SELECT value, revision, observed_at, retracted FROM (
           SELECT value, revision, observed_at, retracted, seq FROM labels l
           WHERE l.monitor_id = p.monitor_id AND l.start_at = p.start_at AND l.prediction_id = p.prediction_id
           UNION ALL
           SELECT value, revision, observed_at, retracted, seq FROM labels l
           WHERE l.start_at = '-infinity' AND l.prediction_id = p.prediction_id AND l.project = p.project
           UNION ALL
           SELECT value, revision, observed_at, retracted, seq FROM label_arrivals l
           WHERE l.prediction_id = p.prediction_id AND l.project = p.project
         ) AS known ORDER BY revision DESC, seq LIMIT 1
       ) AS l ON true
       WHERE p.prediction_id = $1 AND ($2::text IS NULL OR p.project = $2) ORDER BY p.project, p.event_at LIMIT 10`,
      [predictionId, project ?? null],
    );
    return found.map((row) => ({
      project: row.project,
      predictionId: row.prediction_id,
      monitorId: row.monitor_id,
      windowStartMs: row.start_at.getTime(),
      time: row.event_at,
      score: row.score,
      outputClass: row.class,
      failed: row.failed,
      latencyMs: row.latency_ms,
      traceId: row.trace_id,
      features: row.features === null ? null : (JSON.parse(row.features) as unknown),
      label:
        row.value === null ? null : { value: row.value, revision: row.revision!, observedAt: row.observed_at!, retracted: row.retracted! },
    }));
  }
}
