import { plainName } from '@drawbridge/postgres';
import pg from 'pg';

// The first number says "a relay of Drawbridge", the second which schema's.
const lockSpace = 0x64_62_72_6c;

export interface LockSettings {
  readonly url: string;
  readonly schema: string;
  readonly name: string;
}

/**
 * The relay's own connection. Its session holds the advisory lock, so the right to publish ends with the connection,
 * and everything the relay reads and marks goes through it: a relay that lost its lock cannot mark anything.
 */
export class RelayLock {
  private broken = false;

  private constructor(private readonly client: pg.Client) {
    client.on('error', () => {
      this.broken = true;
    });
    client.on('end', () => {
      this.broken = true;
    });
  }

  static async connect({ url, schema, name }: LockSettings): Promise<RelayLock> {
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      options: `-c search_path=${plainName(schema)}`,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      statement_timeout: 30_000,
      // A server that vanished without a word must not hold the loop for ever.
      query_timeout: 35_000,
    });
    const lock = new RelayLock(client);
    try {
      await client.connect();
      return lock;
    } catch (error) {
      await lock.close();
      throw error;
    }
  }

  get usable(): boolean {
    return !this.broken;
  }

  /** True when this session now is the one that publishes. */
  async acquire(schema: string): Promise<boolean> {
    const [row] = await this.query<{ held: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as held', [
      lockSpace,
      `relay ${schema}`,
    ]);
    return row?.held === true;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.client.query<Row>(text, [...values]);
    return result.rows;
  }

  async close(): Promise<void> {
    this.broken = true;
    await this.client.end().catch(() => undefined);
  }
}
