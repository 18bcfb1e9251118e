import type { RelayLock } from './relay-lock.js';

const batch = 1000;

// Published rows serve GET /events as long as Kafka keeps the topics; the inbox outlives both.
const rules = [
  `delete from outbox where seq in
     (select seq from outbox where published_at < now() - interval '90 days' order by published_at limit ${batch}) returning 1`,
  `delete from inbox where ctid in
     (select ctid from inbox where at < now() - interval '100 days' order by at limit ${batch}) returning 1`,
  `delete from idempotency_keys where ctid in
     (select ctid from idempotency_keys where created_at < now() - interval '24 hours' limit ${batch}) returning 1`,
];

/** Deletes what is past its time, in small statements, so that nobody waits for it. Returns the number of rows. */
export async function removeExpired(lock: RelayLock, goOn: () => boolean): Promise<number> {
  let removed = 0;
  for (const statement of rules) {
    for (;;) {
      const rows = await lock.query(statement);
      removed += rows.length;
      if (rows.length < batch || !goOn()) break;
    }
  }
  return removed;
}
