import type { DetectionView, Severity } from '@drawbridge/contracts';
import { binaryArray, type Transaction } from '@drawbridge/postgres';
import { type Database, rows } from './database.js';

/** A detection as it was made: its evidence never changes, only its end is added. */
export type Evidence = Omit<DetectionView, 'resolvedAt'>;

export interface DetectionFilter {
  readonly project?: string | undefined;
  readonly monitorId?: string | undefined;
  readonly model?: string | undefined;
  readonly open?: boolean | undefined;
}

interface DetectionRow {
  evidence: Evidence;
  resolved_at: Date | null;
}

export class DetectionStore {
  constructor(private readonly database: Database) {}

  async insertAll(tx: Transaction, all: readonly { readonly project: string; readonly evidence: Evidence }[]): Promise<void> {
    if (all.length === 0) return;
    await rows(
      tx,
      `INSERT INTO detections (id, monitor_id, project, window_id, severity, opened_at, evidence)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::jsonb[])`,
      [
        all.map(({ evidence }) => evidence.id),
        all.map(({ evidence }) => evidence.monitorId),
        all.map(({ project }) => project),
        all.map(({ evidence }) => evidence.windowId),
        all.map(({ evidence }) => evidence.severity),
        all.map(({ evidence }) => evidence.openedAt),
        binaryArray(
          'jsonb',
          all.map(({ evidence }) => JSON.stringify(evidence)),
        ),
      ],
    );
  }

  async existing(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const found = await rows<{ id: string }>(tx, 'SELECT id FROM detections WHERE id = ANY($1::uuid[])', [ids]);
    return new Set(found.map(({ id }) => id));
  }

  async escalate(tx: Transaction, id: string, severity: Severity): Promise<void> {
    await rows(tx, 'UPDATE detections SET severity = $2 WHERE id = $1', [id, severity]);
  }

  async resolve(tx: Transaction, ended: readonly { readonly id: string; readonly at: Date }[]): Promise<void> {
    if (ended.length === 0) return;
    await rows(
      tx,
      `UPDATE detections d SET resolved_at = ended.at FROM unnest($1::uuid[], $2::timestamptz[]) AS ended (id, at)
       WHERE d.id = ended.id AND d.resolved_at IS NULL`,
      [ended.map(({ id }) => id), ended.map(({ at }) => at)],
    );
  }

  /** For each monitor its detections opened since a point of event time. */
  async countSince(tx: Transaction, wanted: readonly { readonly monitorId: string; readonly since: Date }[]): Promise<number[]> {
    if (wanted.length === 0) return [];
    const found = await rows<{ n: string }>(
      tx,
      `SELECT (SELECT count(*) FROM detections d WHERE d.monitor_id = wanted.monitor_id AND d.opened_at >= wanted.since) AS n
       FROM unnest($1::uuid[], $2::timestamptz[]) WITH ORDINALITY AS wanted (monitor_id, since, place) ORDER BY wanted.place`,
      [wanted.map(({ monitorId }) => monitorId), wanted.map(({ since }) => since)],
    );
    return found.map(({ n }) => Number(n));
  }

  async find(id: string): Promise<DetectionView | undefined> {
    const found = await this.database.query<DetectionRow>('SELECT evidence, resolved_at FROM detections WHERE id = $1', [id]);
    return found[0] && viewOf(found[0]);
  }

  /** Newest first. */
  async list(filter: DetectionFilter, limit: number, before?: { openedAt: string; id: string }): Promise<DetectionView[]> {
    const found = await this.database.query<DetectionRow>(
      `SELECT evidence, resolved_at FROM detections
       WHERE ($1::text IS NULL OR project = $1) AND ($2::uuid IS NULL OR monitor_id = $2)
         AND ($3::text IS NULL OR evidence->>'model' = $3) AND ($4::boolean IS NULL OR (resolved_at IS NULL) = $4)
         AND ($5::timestamptz IS NULL OR (opened_at, id) < ($5, $6::uuid))
       ORDER BY opened_at DESC, id DESC LIMIT $7`,
      [
        filter.project ?? null,
        filter.monitorId ?? null,
        filter.model ?? null,
        filter.open ?? null,
        before?.openedAt ?? null,
        before?.id ?? null,
        limit,
      ],
    );
    return found.map(viewOf);
  }
}

function viewOf({ evidence, resolved_at }: DetectionRow): DetectionView {
  return { ...evidence, ...(resolved_at === null ? {} : { resolvedAt: resolved_at.toISOString() }) };
}
