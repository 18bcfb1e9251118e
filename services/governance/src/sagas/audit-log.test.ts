import { expect, test } from '@jest/globals';
import type { Transaction } from '@drawbridge/postgres';
import type { AuditStore } from '../persistence/audit.store.js';
import type { Database } from '../persistence/database.js';
import { AuditLog } from './audit-log.js';

const noon = new Date('2026-04-01T12:00:00.000Z');
const later = (seconds: number): Date => new Date(noon.getTime() + seconds * 1_000);

/** An empty log whose snapshots are counted, and begin only when the gate opens. */
function aLog(open: Promise<void>): { log: AuditLog; snapshots: () => number } {
  let snapshots = 0;
  const store: Pick<AuditStore, 'head' | 'from'> = { head: async () => undefined, from: async () => [] };
  const database: Pick<Database, 'snapshot'> = {
    async snapshot(work) {
      snapshots += 1;
      await open;
      return work({} as Transaction);
    },
  };
  return { log: new AuditLog(store as AuditStore, database as Database), snapshots: () => snapshots };
}

test('whoever asks while the log is verified shares that verification, and the next one begins anew', async () => {
  let openGate = (): void => undefined;
  const { log, snapshots } = aLog(new Promise((resolve) => (openGate = resolve)));
  const asked = Array.from({ length: 20 }, (_, second) => log.verify(later(second)));
  openGate();
  const answers = await Promise.all(asked);
  expect(snapshots()).toBe(1);
  expect(answers.every(({ ok, at }) => ok && at === noon.toISOString())).toBe(true);
  expect((await log.verify(later(60))).at).toBe(later(60).toISOString());
  expect(snapshots()).toBe(2);
});

test('a verification that fails is not remembered', async () => {
  const { log, snapshots } = aLog(Promise.reject(new Error('the database is away')));
  await expect(log.verify(noon)).rejects.toThrow('away');
  await expect(log.verify(noon)).rejects.toThrow('away');
  expect(snapshots()).toBe(2);
});
