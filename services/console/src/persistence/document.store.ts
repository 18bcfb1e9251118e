import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { Change, DocumentKind } from '../domain/projection.js';

/** What the events add up to: one document per model, endpoint, deployment, monitor, approval and incident. */
@Injectable()
export class DocumentStore {
  /** Merges a change unless its group has already seen a later one. */
  async apply(tx: Transaction, change: Change, sequence: number): Promise<void> {
    await tx.query(
      `insert into documents (kind, id, name, doc, sequences, updated_at) values ($1, $2, $3, $4::jsonb, jsonb_build_object($5::text, $6::bigint), now())
       on conflict (kind, id) do update
         set doc = documents.doc || excluded.doc, sequences = documents.sequences || excluded.sequences, name = excluded.name, updated_at = now()
         where coalesce((documents.sequences->>$5)::bigint, -1) < $6`,
      [change.kind, change.id, change.name, JSON.stringify(change.patch), change.group, sequence],
    );
  }

  /** Documents of a kind, newest change first. */
  async list<T>(tx: Transaction, kind: DocumentKind, limit = 500): Promise<T[]> {
    const rows: { doc: T }[] = await tx.query('select doc from documents where kind = $1 order by updated_at desc limit $2', [kind, limit]);
    return rows.map((row) => row.doc);
  }

  /** Any document whose id or name holds the text. */
  async search(tx: Transaction, text: string, limit: number): Promise<{ kind: DocumentKind; id: string; name: string }[]> {
    return tx.query(
      `select kind, id, name from documents where id = $1 or name ilike $2 order by (id = $1) desc, updated_at desc limit $3`,
      [text, `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`, limit],
    );
  }
}
