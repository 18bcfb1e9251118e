import { plainName } from './names.js';

/**
 * The tables that every service with a schema has. Columns of `outbox` that Debezium's outbox router knows carry its
 * names (id, aggregatetype, aggregateid, type, payload), so that it can take the relay's place by configuration.
 */
function outboxTables(schema: string): string[] {
  const s = plainName(schema);
  return [
    // seq is the relay's order: with a cache it would not be the order of the inserts.
    `create table ${s}.outbox (
       seq bigint generated always as identity (cache 1) primary key,
       id uuid not null,
       aggregatetype text not null,
       aggregateid text not null,
       type text not null,
       key bytea,
       payload bytea,
       sequence bigint,
       state boolean not null default false,
       headers jsonb not null,
       created_at timestamptz not null default now(),
       published_at timestamptz
     )`,
    `create unique index outbox_id on ${s}.outbox (id)`,
    `create unique index outbox_sequence on ${s}.outbox (aggregatetype, aggregateid, sequence) where sequence is not null and not state`,
    `create index outbox_unpublished on ${s}.outbox (seq) where published_at is null`,
    `create index outbox_published on ${s}.outbox (published_at) where published_at is not null`,
    `create index outbox_source on ${s}.outbox ((headers->>'ce_source'), sequence)`,
    `create table ${s}.sequences (source text primary key, last bigint not null)`,
    `create table ${s}.inbox (
       consumer text not null,
       event_id text not null,
       at timestamptz not null default now(),
       primary key (consumer, event_id)
     )`,
    `create index inbox_at on ${s}.inbox (at)`,
    `create table ${s}.gates (
       consumer text not null,
       source text not null,
       topic text not null,
       sequence bigint not null,
       primary key (consumer, source, topic)
     )`,
    `create table ${s}.consumer_offsets (
       topic text not null,
       topic_id text not null,
       partition integer not null,
       next bigint not null,
       primary key (topic, partition)
     )`,
    // What a person looks at; the same dead letter is an outbox row on its way to <group>.dlq.
    `create table ${s}.dead_letters (
       id uuid primary key,
       consumer_group text not null,
       topic text not null,
       partition integer not null,
       record_offset bigint not null,
       event_id text,
       key bytea,
       payload bytea,
       bytes integer not null,
       sha256 text not null,
       headers jsonb not null,
       reason text not null,
       error text,
       attempts integer not null,
       first_seen timestamptz not null,
       at timestamptz not null default now(),
       status text not null default 'open' check (status in ('open', 'replayed', 'discarded')),
       closed_at timestamptz,
       closed_by text,
       closed_reason text
     )`,
    `create index dead_letters_first_seen on ${s}.dead_letters (first_seen, id)`,
    `create table ${s}.idempotency_keys (
       principal text not null,
       route text not null,
       key text not null,
       request_hash text not null,
       owner uuid,
       done boolean not null default false,
       status integer,
       response jsonb,
       created_at timestamptz not null default now(),
       primary key (principal, route, key)
     )`,
    `create index idempotency_keys_created_at on ${s}.idempotency_keys (created_at)`,
  ];
}

const tables = ['idempotency_keys', 'dead_letters', 'consumer_offsets', 'gates', 'inbox', 'sequences', 'outbox'];

export const migrationHelpers = {
  outboxTables,

  /** For a schema whose idempotency keys knew neither who owns a claim nor whether its work is committed. */
  idempotencyOwners(schema: string): string[] {
    return [
      `alter table ${plainName(schema)}.idempotency_keys
         add column if not exists owner uuid, add column if not exists done boolean not null default false`,
    ];
  },

  /** Undoes `outboxTables`, for the `down` of a migration. */
  dropOutboxTables(schema: string): string[] {
    return tables.map((table) => `drop table ${plainName(schema)}.${table}`);
  },
};
