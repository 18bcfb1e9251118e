import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a closed window counted by segment, encoded, beside its counts. Adds only: a release before this one ignores the column. */
export class WindowSegments1795392000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE windows ADD COLUMN segments bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE windows DROP COLUMN segments');
  }
}
