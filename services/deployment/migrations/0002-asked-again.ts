import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A person has started a held deployment, and the gate is asked again. */
export class AskedAgain0002 implements MigrationInterface {
  name = 'AskedAgain0002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deployment.deployments add column start_requested boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deployment.deployments drop column start_requested');
  }
}
