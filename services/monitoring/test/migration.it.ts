import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDataSource, migrate } from '@drawbridge/postgres';
import { createLogger } from '@drawbridge/telemetry';
import { sandbox, type Sandbox } from '@drawbridge/testing';
import { Monitoring1795392000001 } from '../migrations/0001-monitoring.js';
import { LabelCounts1795392000002 } from '../migrations/0002-label-counts.js';
import { RowRetention1795392000003 } from '../migrations/0003-row-retention.js';
import { IdempotencyOwners1795392000004 } from '../migrations/0004-idempotency-owners.js';
import { Partitions1795392000006 } from '../migrations/0006-partitions.js';

const MONITOR = '0190a000-0000-7000-8000-000000000001';

let box: Sandbox;
beforeAll(async () => {
  box = await sandbox('migration');
});
afterAll(async () => {
  await box.dispose();
});

test('rows of the release before partitions move to them, and back', async () => {
  const url = box.migrationUrl('monitoring');
  const before = [Monitoring1795392000001, LabelCounts1795392000002, RowRetention1795392000003, IdempotencyOwners1795392000004];
  const options = { url, schema: 'monitoring', log: createLogger('test') };
  const query = (sql: string): Promise<unknown[]> => box.query('monitoring', sql);
  await migrate({ ...options, migrations: before });
  await query(`INSERT INTO predictions (project, prediction_id, monitor_id, start_at, event_at, score, failed)
    SELECT 'default', 'p' || n, '${MONITOR}', start, start, n / 1000.0, false
    FROM (SELECT n, date_trunc('hour', now() - n * interval '1 day') AS start FROM generate_series(0, 999) AS n) AS made`);
  await query(`INSERT INTO labels (project, prediction_id, value, number, observed_at, revision, retracted)
    SELECT 'default', 'p' || n, '1', 1, now(), 2, false FROM generate_series(0, 1099) AS n`);
  const joined = `SELECT p.prediction_id, p.start_at, p.score, l.value, l.revision, l.observed_at FROM predictions p
    JOIN labels l USING (prediction_id, project) ORDER BY 1`;
  const was = await query(joined);
  expect(was).toHaveLength(1000);

  await migrate({ ...options, migrations: [...before, Partitions1795392000006] });
  expect(await query(joined)).toEqual(was);
  expect(
    await query('SELECT count(*)::int AS n FROM predictions p JOIN labels l USING (monitor_id, start_at, prediction_id, score)'),
  ).toEqual([{ n: 1000 }]);
  expect(await query('SELECT count(*)::int AS n FROM labels_unjoined')).toEqual([{ n: 100 }]);

  const owner = await createDataSource({ url, schema: 'monitoring' }).initialize();
  const runner = owner.createQueryRunner();
  await new Partitions1795392000006().down(runner);
  expect(await query(joined)).toEqual(was);
  expect(await query('SELECT count(*)::int AS n FROM labels')).toEqual([{ n: 1100 }]);
  await new Partitions1795392000006().up(runner);
  expect(await query(joined)).toEqual(was);
  await runner.release();
  await owner.destroy();
});
