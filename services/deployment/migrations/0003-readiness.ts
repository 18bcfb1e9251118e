import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What serving says of a version that was given traffic. Rollouts from before are taken to be served. */
export class Readiness0003 implements MigrationInterface {
  name = 'Readiness0003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deployment.deployments add column ready_at timestamptz, add column unready_since timestamptz');
    await runner.query('update deployment.deployments set ready_at = started_at where started_at is not null');
    await runner.query(
      `create index deployments_unready on deployment.deployments (id)
       where ready_at is null and started_at is not null and status in ('progressing', 'paused', 'promoted')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index deployment.deployments_unready');
    await runner.query('alter table deployment.deployments drop column ready_at, drop column unready_since');
  }
}
