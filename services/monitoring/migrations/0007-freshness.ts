import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each partition was last known to be stored to its end, and since when a monitor should see rows. Adds only. */
export class Freshness1795392000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Refreshed every few seconds, so that a process that starts behind knows it too.
    await runner.query(
      `CREATE TABLE partition_freshness (
         topic text NOT NULL,
         partition int NOT NULL,
         as_of timestamptz NOT NULL,
         PRIMARY KEY (topic, partition)
       ) WITH (fillfactor = 50)`,
    );
    // By the clock on the wall; null without traffic.
    await runner.query('ALTER TABLE monitors ADD COLUMN traffic_since timestamptz');
    await runner.query('UPDATE monitors SET traffic_since = now() WHERE weight > 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE monitors DROP COLUMN traffic_since');
    await runner.query('DROP TABLE partition_freshness');
  }
}
