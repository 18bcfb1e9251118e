import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A label that the database refuses to join becomes a dead letter, which says where its record lay. Adds only: a release
 * before this one leaves the column empty.
 */
export class LabelOffsets1795392000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE label_arrivals ADD COLUMN record_offset bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE label_arrivals DROP COLUMN record_offset');
  }
}
