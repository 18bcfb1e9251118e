import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Halves of payload loggers wait here for each other, and whole predictions for Kafka. Facts are text, not jsonb: nothing asks
 * for what is inside, and JSON may hold what jsonb refuses.
 */
export class PayloadHalves0006 implements MigrationInterface {
  name = 'PayloadHalves0006';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table console.joined_payloads');
    await runner.query('drop table console.payload_halves');
  }
}

const statements = [
  // Without facts: joined, and kept for a while to know repeats.
  `create table console.payload_halves (
     project text not null, scope text not null, id text not null, half text not null check (half in ('request', 'response')),
     facts text, received_at timestamptz not null default now(),
     primary key (project, scope, id, half))`,
  `create index payload_halves_received on console.payload_halves (received_at)`,
  `create index payload_halves_waiting on console.payload_halves (received_at) where facts is not null`,
  `create table console.joined_payloads (
     position bigint generated always as identity primary key, messages text not null)`,
];
