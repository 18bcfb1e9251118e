import type { Transaction } from '@drawbridge/postgres';
import { type Database, plainArray, rows } from './database.js';

/** One record that held many rows. */
export interface MessageRows {
  readonly offset: bigint;
  /** Number of its first row within the partition. */
  readonly firstRow: number;
  readonly rows: number;
}

/** How many rows the newest records of a partition held: offsets alone do not say how far back so many rows are. */
export class MessageRowsStore {
  constructor(
    private readonly database: Database,
    /** As many rows are remembered, and what stands in one record with them. */
    private readonly rowsKept: number,
  ) {}

  /** Where the rows begin that repeats are looked for among, for rows from `position` on. */
  async rowsBefore(partition: number, position: bigint): Promise<{ next: bigint; row: number; firstRows: Map<number, number> }> {
    const found = await this.database.query<{ record_offset: string; first_row: string; row_count: number }>(
      `SELECT record_offset, first_row, row_count FROM batch_messages WHERE partition = $1 AND record_offset < $2 ORDER BY record_offset`,
      [partition, String(position)],
    );
    const last = found.at(-1);
    if (last === undefined) return { next: position, row: 0, firstRows: new Map() };
    const row = Number(last.first_row) + last.row_count;
    const needed = found.filter(({ first_row, row_count }) => Number(first_row) + row_count > row - this.rowsKept);
    const firstRows = new Map(needed.map(({ record_offset, first_row }) => [Number(record_offset), Number(first_row)]));
    return { next: BigInt(needed[0]!.record_offset), row, firstRows };
  }

  async write(tx: Transaction, partition: number, messages: readonly MessageRows[]): Promise<void> {
    const last = messages.at(-1);
    if (last === undefined) return;
    await rows(
      tx,
      `INSERT INTO batch_messages (partition, record_offset, first_row, row_count)
       SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::int[])`,
      [
        partition,
        plainArray(messages.map(({ offset }) => offset)),
        plainArray(messages.map(({ firstRow }) => firstRow)),
        plainArray(messages.map((one) => one.rows)),
      ],
    );
    await rows(tx, 'DELETE FROM batch_messages WHERE partition = $1 AND first_row + row_count <= $2', [
      partition,
      last.firstRow + last.rows - this.rowsKept,
    ]);
  }
}
