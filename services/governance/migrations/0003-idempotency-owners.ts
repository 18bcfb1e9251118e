import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims of idempotency keys get an owner, so that one that was taken over can no longer commit. */
export class IdempotencyOwners1795392000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.idempotencyOwners('governance')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table governance.idempotency_keys drop column owner, drop column done');
  }
}
