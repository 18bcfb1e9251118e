import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model behind the pages: the events of the control topics, and what they add up to. */
export class Console0001 implements MigrationInterface {
  name = 'Console0001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('console')) await runner.query(statement);
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table console.documents');
    await runner.query('drop table console.events');
  }
}

const tables = [
  `create table console.events (
     id uuid primary key, position bigint generated always as identity, topic text not null, partition int not null, "offset" bigint not null,
     key text, project text not null, time timestamptz not null, source text not null, sequence bigint, subject text, chain_id text,
     cause_id text, trace_id text, actor jsonb not null, data jsonb not null)`,
  `create unique index events_position on console.events (position desc)`,
  `create index events_topic on console.events (topic, position desc)`,
  `create index events_chain on console.events (chain_id, position)`,
  `create index events_cause on console.events (cause_id)`,
  `create index events_trace on console.events (trace_id)`,
  `create index events_key on console.events (key, position desc)`,
  `create table console.documents (
     kind text not null, id text not null, name text, doc jsonb not null, sequences jsonb not null, updated_at timestamptz not null,
     primary key (kind, id))`,
  `create index documents_name on console.documents (name)`,
];
