import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Evidence is some thirty kilobytes, a detection is rare, and compressing it takes the database longer than everything else it
 * does to store it: where many models drift at once, all of their alarms waited for that. Evidence that is there stays as it is,
 * and a release before this one reads both.
 */
export class PlainEvidence1795392000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE detections ALTER COLUMN evidence SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE detections ALTER COLUMN evidence SET STORAGE EXTENDED');
  }
}
