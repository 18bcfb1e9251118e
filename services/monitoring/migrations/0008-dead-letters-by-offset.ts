import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dead letters are found by where their record lies: what was given up there is no repeat when it is sent again. */
export class DeadLettersByOffset1795392000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX dead_letters_record ON dead_letters (topic, partition, record_offset)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX dead_letters_record');
  }
}
