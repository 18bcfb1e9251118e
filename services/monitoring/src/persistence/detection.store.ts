import type { DetectionView, Severity } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
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

  async insert(tx: Transaction, project: string, evidence: Evidence): Promise<void> {
    await rows(
      tx,
      `INSERT INTO detections (id, monitor_id, project, window_id, severity, opened_at, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [evidence.id, evidence.monitorId, project, evidence.windowId, evidence.severity, evidence.openedAt, JSON.stringify(evidence)],
    );
  }

  async exists(tx: Transaction, id: string): Promise<boolean> {
    return (await rows(tx, 'SELECT 1 FROM detections WHERE id = $1', [id])).length > 0;
  }

  async escalate(tx: Transaction, id: string, severity: Severity): Promise<void> {
    await rows(tx, 'UPDATE detections SET severity = $2 WHERE id = $1', [id, severity]);
  }

  async resolve(tx: Transaction, id: string, at: Date): Promise<void> {
    await rows(tx, 'UPDATE detections SET resolved_at = $2 WHERE id = $1 AND resolved_at IS NULL', [id, at]);
  }

  /** Detections of a monitor opened since a point of event time. */
  async countSince(tx: Transaction, monitorId: string, since: Date): Promise<number> {
    const found = await rows<{ n: string }>(tx, 'SELECT count(*) AS n FROM detections WHERE monitor_id = $1 AND opened_at >= $2', [
      monitorId,
      since,
    ]);
    return Number(found[0]?.n ?? 0);
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
