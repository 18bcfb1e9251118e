import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many rows each of the newest records of batch scoring held, so that repeats are known again after a restart. */
export class BatchMessages1795392000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE batch_messages (
         partition int NOT NULL,
         record_offset bigint NOT NULL,
         first_row bigint NOT NULL,
         row_count int NOT NULL,
         PRIMARY KEY (partition, record_offset)
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE batch_messages');
  }
}
