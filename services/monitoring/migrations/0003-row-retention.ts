import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Predictions and labels leave window by window when they are old. Adds only: constant defaults rewrite no table, and a
 * release before this one ignores the columns.
 */
export class RowRetention1795392000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // kept: may be measured. going: being removed, in batches. gone: nothing left of its rows.
    await runner.query(
      `ALTER TABLE windows ADD COLUMN rows_state text NOT NULL DEFAULT 'kept' CHECK (rows_state IN ('kept', 'going', 'gone'))`,
    );
    await runner.query(`CREATE INDEX windows_rows ON windows (closed_at) WHERE status = 'closed' AND rows_state <> 'gone'`);
    // For labels whose prediction never came. All labels of a batch have the same time, so the index stays small.
    await runner.query('ALTER TABLE labels ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now()');
    await runner.query('CREATE INDEX labels_stored ON labels (stored_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE labels DROP COLUMN stored_at');
    await runner.query('DROP INDEX windows_rows');
    await runner.query('ALTER TABLE windows DROP COLUMN rows_state');
  }
}
