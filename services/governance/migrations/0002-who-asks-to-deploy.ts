import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who asked for a deployment while a question was open: none of them may answer it. */
export class WhoAsksToDeploy1795392000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table governance.approvals add column deployers jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table governance.approvals drop column deployers`);
  }
}
