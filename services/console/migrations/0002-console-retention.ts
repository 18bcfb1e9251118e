import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Old events are found by their time when they leave. */
export class Console0002 implements MigrationInterface {
  name = 'Console0002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index events_time on console.events (time)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index console.events_time');
  }
}
