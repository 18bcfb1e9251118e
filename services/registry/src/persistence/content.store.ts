import { Injectable } from '@nestjs/common';
import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { DataSource } from 'typeorm';

export interface Content {
  readonly sha256: string;
  readonly bytes: number;
  readonly kind: 'artifact' | 'baseline';
  readonly format: string;
  /** Rows of the sample behind a baseline. */
  readonly rows?: number;
}

/** What is known of the bytes in the content-addressed store. A row is written after its bytes are on the disk. */
@Injectable()
export class ContentStore {
  constructor(private readonly source: DataSource) {}

  /** False when the content was known. */
  async insert(content: Content, by: Actor, at: Date): Promise<boolean> {
    const rows: unknown[] = await this.source.query(
      `insert into contents (sha256, bytes, kind, format, rows, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (sha256) do nothing returning sha256`,
      [content.sha256, content.bytes, content.kind, content.format, content.rows ?? null, JSON.stringify(by), at],
    );
    return rows.length > 0;
  }

  async byDigest(sha256: string, tx: Transaction = this.source.manager): Promise<Content | undefined> {
    const rows: { sha256: string; bytes: string; kind: Content['kind']; format: string; rows: string | null }[] = await tx.query(
      'select sha256, bytes, kind, format, rows from contents where sha256 = $1',
      [sha256],
    );
    const row = rows[0];
    if (row === undefined) return undefined;
    const { kind, format } = row;
    return { sha256: row.sha256, bytes: Number(row.bytes), kind, format, ...(row.rows !== null && { rows: Number(row.rows) }) };
  }
}
