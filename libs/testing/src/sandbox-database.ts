import pg from 'pg';

/** Removes a database that may still have sessions. */
export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  await onServer(adminUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(database)} with (force)`);
  });
}

/** Runs SQL as the owner or the runtime role of one service's schema, for arranging and for looking. */
export async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
