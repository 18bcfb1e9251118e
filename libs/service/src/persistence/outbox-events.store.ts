import { topics } from '@drawbridge/contracts';
import type { DataSource } from 'typeorm';

export interface OutboxEvent {
  readonly position: string;
  readonly topic: string;
  readonly key: string;
  readonly id: string;
  readonly source: string;
  readonly sequence?: number;
  readonly published: boolean;
  readonly headers: Record<string, string>;
  readonly data: unknown;
}

interface Row {
  seq: string;
  id: string;
  aggregateid: string;
  type: string;
  payload: Buffer | null;
  sequence: string | null;
  headers: Record<string, string>;
  published_at: Date | null;
}

/** Neither closed topics nor dead letters, whose headers and bytes are those of any message: they have a route of their own. */
const shown: readonly string[] = topics.filter(({ readableByAll }) => readableByAll).map(({ name }) => name);

/** Events of this service as they stand in its outbox, for whoever found a gap. */
export class OutboxEventStore {
  constructor(private readonly source: DataSource) {}

  /** Events of one source above a sequence, or all of them above a position; in order. */
  async after(filter: { source?: string | undefined; sequence: number; position: string }, rows: number): Promise<OutboxEvent[]> {
    const found: Row[] = await this.source.query(
      `select seq, id, aggregateid, type, payload, sequence, headers, published_at from outbox
        where ($1::text is null or (headers->>'ce_source' = $1 and sequence > $2))
          and seq > $3 and headers ? 'ce_id' and type = any($5::text[]) and aggregatetype <> 'dead-letters'
        order by seq limit $4`,
      [filter.source ?? null, filter.sequence, filter.position, rows, shown],
    );
    return found.map((row) => ({
      position: row.seq,
      topic: row.type,
      key: row.aggregateid,
      id: row.id,
      source: row.headers['ce_source'] ?? '',
      ...(row.sequence === null ? {} : { sequence: Number(row.sequence) }),
      published: row.published_at !== null,
      headers: row.headers,
      data: row.payload === null ? null : (JSON.parse(row.payload.toString('utf8')) as unknown),
    }));
  }
}
