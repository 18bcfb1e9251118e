import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, type DataSource, type Transaction } from '@drawbridge/postgres';
import { sandbox, type Sandbox, sleep } from '@drawbridge/testing';
import { Database } from '../src/persistence/database.js';
import { FlushStore } from '../src/persistence/flush.store.js';
import { PartitionStore } from '../src/persistence/partition.store.js';
import { RetentionStore } from '../src/persistence/retention.store.js';

describe('names of unknown versions', () => {
  let box: Sandbox;
  let source: DataSource;

  beforeAll(async () => {
    box = await sandbox('unrouted');
    await box.migrate('monitoring');
    source = await createDataSource({ url: box.databaseUrl('monitoring'), schema: 'monitoring' }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await box?.dispose();
  });

  test('are forgotten while a flush counts more of them: neither waits for the other, and no row is lost', async () => {
    const database = new Database(source);
    const flushes = new FlushStore(new PartitionStore(database));
    const retention = new RetentionStore(database);
    const old = { project: 'default', model: 'old', version: '1' };
    await source.query(`INSERT INTO unrouted_models VALUES ('default', 'old', '1', 7, now(), now() - interval '31 days'),
      ('default', 'older', '1', 5, now(), now() - interval '40 days'), ('', '', '', 3, now(), now())`);
    const tries = { flush: 0, retention: 0 };
    const forget = async (tx: Transaction): Promise<void> => {
      tries.retention += 1;
      await retention.forgetUnrouted(tx, 30 * 86_400);
    };
    let forgetting: Promise<void> | undefined;
    await database.transaction(async (tx) => {
      tries.flush += 1;
      await flushes.writeUnrouted(tx, [], 2);
      forgetting ??= database.transaction(forget);
      // Until it waits for this transaction.
      await sleep(300);
      await flushes.writeUnrouted(tx, [{ ...old, rows: 1 }], 0);
    });
    await forgetting;
    expect(tries).toEqual({ flush: 1, retention: 1 });
    // The one that came again meanwhile keeps its name.
    expect(await source.query('SELECT model, rows::int FROM unrouted_models ORDER BY model')).toEqual([
      { model: '', rows: 10 },
      { model: 'old', rows: 8 },
    ]);
  });
});
