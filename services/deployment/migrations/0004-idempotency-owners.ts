import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims of idempotency keys get an owner, so that one that was taken over can no longer commit. */
export class IdempotencyOwners0004 implements MigrationInterface {
  name = 'IdempotencyOwners0004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.idempotencyOwners('deployment')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deployment.idempotency_keys drop column owner, drop column done');
  }
}
