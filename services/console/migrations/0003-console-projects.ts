import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model knows which project a thing belongs to. What is there already is told by its own events, as far as they are kept. */
export class Console0003 implements MigrationInterface {
  name = 'Console0003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index console.events_project');
    await runner.query('drop index console.documents_project');
    await runner.query('alter table console.documents drop column project');
  }
}

const statements = [
  `alter table console.documents add column project text not null default 'default'`,
  `update console.documents d set project = e.project
     from (select distinct on (key) key, project from console.events where project <> 'default' order by key, position desc) e
     where e.key = d.id`,
  `update console.documents d set project = e.project from console.events e
     where d.kind = 'approval' and e.topic = 'approval.requested' and e.project <> 'default' and e.data->>'approvalId' = d.id`,
  `alter table console.documents alter column project drop default`,
  `create index documents_project on console.documents (project, kind, updated_at desc)`,
  `create index events_project on console.events (project, position desc)`,
];
