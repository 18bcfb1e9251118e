import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims of idempotency keys get an owner, so that one that was taken over can no longer commit. */
export class IdempotencyOwners1795392000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.idempotencyOwners('monitoring')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table monitoring.idempotency_keys drop column owner, drop column done');
  }
}
