import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { Change, DocumentKind } from '../domain/projection.js';

export interface OfProject {
  readonly project: string;
}

export interface FoundDocument extends OfProject {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly name: string;
}

/** What the events add up to: one document per model, endpoint, deployment, monitor, approval and incident. */
@Injectable()
export class DocumentStore {
  /** Merges a change unless its group has already seen a later one. */
  async apply(tx: Transaction, change: Change, project: string, sequence: number): Promise<void> {
    await tx.query(
      `insert into documents (kind, id, name, doc, sequences, project, updated_at)
       values ($1, $2, $3, $4::jsonb, jsonb_build_object($5::text, $6::bigint), $7, now())
       on conflict (kind, id) do update
         set doc = documents.doc || excluded.doc, sequences = documents.sequences || excluded.sequences, name = excluded.name, updated_at = now()
         where coalesce((documents.sequences->>$5)::bigint, -1) < $6`,
      [change.kind, change.id, change.name, JSON.stringify(change.patch), change.group, sequence, project],
    );
  }

  /** Documents of a kind with their project, newest change first; of one project when it is given. */
  async list<T>(tx: Transaction, kind: DocumentKind, project: string | undefined, limit = 500): Promise<(T & OfProject)[]> {
    const rows: { doc: T; project: string }[] = await tx.query(
      'select doc, project from documents where kind = $1 and ($2::text is null or project = $2) order by updated_at desc limit $3',
      [kind, project ?? null, limit],
    );
    return rows.map((row) => ({ ...row.doc, project: row.project }));
  }

  /** Any document that has this id, and those whose name holds the text, of one project when it is given. */
  async search(tx: Transaction, text: string, project: string | undefined, limit: number): Promise<FoundDocument[]> {
    return tx.query(
      `select kind, id, name, project from documents where id = $1 or (name ilike $2 and ($3::text is null or project = $3))
       order by (id = $1) desc, updated_at desc limit $4`,
      [text, `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`, project ?? null, limit],
    );
  }

  /** Projects in which something exists, the one that changed last first. */
  async projects(tx: Transaction, limit: number): Promise<{ name: string; models: number; endpoints: number; changedAt: Date }[]> {
    return tx.query(
      `select project as name, count(*) filter (where kind = 'model')::int as models, count(*) filter (where kind = 'endpoint')::int as endpoints,
         max(updated_at) as "changedAt"
       from documents group by project order by max(updated_at) desc, project limit $1`,
      [limit],
    );
  }
}
