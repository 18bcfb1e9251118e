import type { ClientBase, Connection, Submittable } from 'pg';
import type { CopyRows } from './copy-rows.js';
import type { Transaction } from './database.js';
import { isUniqueViolation } from './errors.js';
import { plainName } from './names.js';

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
    let flowing = true;
    while (flowing && !this.failed && i < this.messages.length) {
      flowing = stream.write(this.messages[i]!);
      i += 1;
    }
    if (this.failed) {
      stream.uncork();
      return;
    }
    if (i === this.messages.length) stream.write(done);
    else stream.once('drain', () => this.send(stream, i));
    stream.uncork();
  }
}

function clientOf(tx: Transaction): Promise<ClientBase> {
  if (tx.queryRunner === undefined) throw new Error('not in a transaction');
  return tx.queryRunner.connect() as Promise<ClientBase>;
}

async function copy(tx: Transaction, table: string, names: string, rows: CopyRows): Promise<void> {
  const client = await clientOf(tx);
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyQuery(`COPY ${table} (${names}) FROM STDIN (FORMAT binary)`, rows.messages(), resolve, reject));
  });
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

/**
 * Adds rows to a table by binary COPY. A row whose key is there already is left out, as by `ON CONFLICT DO NOTHING`. COPY
 * knows no such thing: it is tried first, unless repeats are expected, and when a key was refused the rows go by INSERT.
 * Resolves to the number of rows that were left out.
 */
export async function copyInto(tx: Transaction, table: string, rows: CopyRows, repeatsExpected = false): Promise<number> {
  if (rows.count === 0) return 0;
  const names = rows.columns.map(([name]) => plainName(name)).join(', ');
  if (!repeatsExpected) {
    await tx.query('SAVEPOINT copying');
    try {
      await copy(tx, plainName(table), names, rows);
      await tx.query('RELEASE SAVEPOINT copying');
      return 0;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT copying');
      await tx.query('RELEASE SAVEPOINT copying');
    }
  }
  return insert(tx, plainName(table), names, rows);
}
