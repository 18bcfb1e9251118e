import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notes say how many labels came, so that a window's labels are counted anew only when it is worth it. The last word about
 * the traffic of an endpoint is kept for versions whose deployment is announced after it.
 */
export class LabelCounts1795392000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE window_changes ADD COLUMN labels int NOT NULL DEFAULT 0');
    // Labels that came since they were counted.
    await runner.query('ALTER TABLE performances ADD COLUMN noted bigint NOT NULL DEFAULT 0');
    // A latency may be any finite number; one beyond four bytes must not stop a flush.
    await runner.query('ALTER TABLE predictions ALTER COLUMN latency_ms TYPE float8');
    await runner.query(`CREATE TABLE endpoint_traffic (
      project text NOT NULL,
      endpoint_id text NOT NULL,
      shares jsonb NOT NULL,
      valid_from timestamptz NOT NULL,
      PRIMARY KEY (project, endpoint_id)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE endpoint_traffic');
    await runner.query('ALTER TABLE predictions ALTER COLUMN latency_ms TYPE float4');
    await runner.query('ALTER TABLE performances DROP COLUMN noted');
    await runner.query('ALTER TABLE window_changes DROP COLUMN labels');
  }
}
