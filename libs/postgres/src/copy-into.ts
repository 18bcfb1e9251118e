import type { ClientBase, Connection, Submittable } from 'pg';
import type { CopyRows } from './copy-rows.js';
import type { Transaction } from './database.js';
import { isUniqueViolation } from './errors.js';
import { plainName } from './names.js';

/** Bytes that wait in this process for the connection to take them. */
const MOST_WAITING = 1024 * 1024;

const done = Buffer.from([0x63, 0, 0, 0, 4]);

/** One COPY FROM STDIN as the driver knows queries: it calls these methods as the server answers. */
class CopyQuery implements Submittable {
  /** The driver puts its bound on time around this. */
  callback: () => void = () => undefined;
  private failed = false;

  constructor(
    private readonly sql: string,
    private readonly messages: readonly Buffer[],
    private readonly stored: () => void,
    private readonly refused: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: Connection): void {
    this.send(connection.stream, 0);
  }

  handleCommandComplete(): void {
    // Known when the server is ready again.
  }

  handleReadyForQuery(): void {
    this.callback();
    if (!this.failed) this.stored();
  }

  handleError(error: unknown): void {
    this.failed = true;
    this.callback();
    this.refused(error);
  }

  /** Sends as fast as the connection takes it. After an error the server passes over what is still on its way. */
  private send(stream: Connection['stream'], from: number): void {
    stream.cork();
    let i = from;
    for (; !this.failed && i < this.messages.length && stream.writableLength < MOST_WAITING; i += 1) stream.write(this.messages[i]!);
    if (i === this.messages.length) stream.write(done);
    else if (!this.failed) stream.once('drain', () => this.send(stream, i));
    stream.uncork();
  }
}

function clientOf(tx: Transaction): Promise<ClientBase> {
  if (tx.queryRunner === undefined) throw new Error('not in a transaction');
  return tx.queryRunner.connect() as Promise<ClientBase>;
}

/** Rows that were left out. */
async function insert(tx: Transaction, table: string, names: string, rows: CopyRows): Promise<number> {
  const arrays = rows.columns.map(([, type], i) => `$${String(i + 1)}::${type}[]`).join(', ');
  const added: unknown = await tx.query(
    `WITH added AS (INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays}) ON CONFLICT DO NOTHING RETURNING 1)
     SELECT count(*)::int AS n FROM added`,
    rows.arrays(),
  );
  return rows.count - (added as { n: number }[])[0]!.n;
}

function namesOf(rows: CopyRows): string {
  return rows.columns.map(([name]) => plainName(name)).join(', ');
}

/** Adds rows by binary COPY, all of them or, when a key is there already, none: then false, and the transaction goes on. */
async function tryCopy(tx: Transaction, table: string, rows: CopyRows): Promise<boolean> {
  const client = await clientOf(tx);
  const sql = `COPY ${plainName(table)} (${namesOf(rows)}) FROM STDIN (FORMAT binary)`;
  await tx.query('SAVEPOINT copying');
  try {
    await new Promise<void>((resolve, reject) => {
      client.query(new CopyQuery(sql, rows.messages(), resolve, reject));
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT copying');
    await tx.query('RELEASE SAVEPOINT copying');
    return false;
  }
  await tx.query('RELEASE SAVEPOINT copying');
  return true;
}

/**
 * Adds rows by binary COPY. A row whose key is there already is left out, as by `ON CONFLICT DO NOTHING`. COPY knows no such
 * thing: it is tried first, unless repeats are expected, and when a key was refused the rows go by INSERT. Resolves to the
 * number of rows that were left out.
 */
export async function copyInto(tx: Transaction, table: string, rows: CopyRows, repeatsExpected = false): Promise<number> {
  if (rows.count === 0) return 0;
  if (!repeatsExpected && (await tryCopy(tx, table, rows))) return 0;
  return insert(tx, plainName(table), namesOf(rows), rows);
}
