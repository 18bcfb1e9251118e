import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  // The reference documents, by their digest.
  `CREATE TABLE baselines (
     sha256 text PRIMARY KEY,
     document bytea NOT NULL,
     stored_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE monitors (
     id uuid PRIMARY KEY,
     project text NOT NULL,
     endpoint text NOT NULL,
     endpoint_id text NOT NULL,
     environment text NOT NULL,
     model text NOT NULL,
     model_id text NOT NULL,
     version text NOT NULL,
     variant text NOT NULL,
     weight int,
     status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'stalled', 'closed')),
     monitor_version int NOT NULL DEFAULT 1,
     settings jsonb NOT NULL,
     deployment_id text NOT NULL,
     deployment_ids text[] NOT NULL,
     cause_id text NOT NULL,
     chain_id text NOT NULL,
     origin_traceparent text,
     baseline_sha256 text REFERENCES baselines,
     alarm jsonb NOT NULL DEFAULT '{"state":"quiet"}',
     /* Event time of what last changed weight and variant, so that an older fact of another topic changes nothing. */
     traffic_at timestamptz NOT NULL,
     closed_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (project, endpoint, model, version)
   )`,
  // Deployments whose end arrived before their start.
  `CREATE TABLE ended_deployments (
     deployment_id text PRIMARY KEY,
     ended_at timestamptz NOT NULL
   )`,
  `CREATE INDEX monitors_endpoint ON monitors (project, endpoint_id)`,
  `CREATE INDEX monitors_deployments ON monitors USING gin (deployment_ids)`,
  // One row per window; counts and verdict are filled when it closes.
  `CREATE TABLE windows (
     id uuid NOT NULL UNIQUE,
     monitor_id uuid NOT NULL REFERENCES monitors,
     start_at timestamptz NOT NULL,
     end_at timestamptz NOT NULL,
     status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
     revision int NOT NULL DEFAULT 0,
     verdict text,
     n bigint NOT NULL DEFAULT 0,
     /* Wall time at which it seemed complete for the first time. */
     ripe_at timestamptz,
     /* Counts summed over the partitions, encoded. */
     counts bytea,
     summary jsonb,
     closed_event_id uuid,
     closed_at timestamptz,
     PRIMARY KEY (monitor_id, start_at)
   )`,
  `CREATE INDEX windows_open ON windows (monitor_id, start_at) WHERE status = 'open'`,
  // What each partition contributed: absolute state, written whole.
  `CREATE TABLE window_parts (
     monitor_id uuid NOT NULL,
     start_at timestamptz NOT NULL,
     partition int NOT NULL,
     n bigint NOT NULL,
     state bytea NOT NULL,
     PRIMARY KEY (monitor_id, start_at, partition)
   ) WITH (fillfactor = 70)`,
  `CREATE TABLE watermarks (
     monitor_id uuid NOT NULL,
     partition int NOT NULL,
     event_at timestamptz NOT NULL,
     seen_at timestamptz NOT NULL,
     PRIMARY KEY (monitor_id, partition)
   ) WITH (fillfactor = 50)`,
  `CREATE TABLE partition_ends (
     partition int PRIMARY KEY,
     caught_up_at timestamptz
   ) WITH (fillfactor = 50)`,
  // Append-only notes; whoever handles them deletes them. Inserts never wait for each other.
  `CREATE TABLE window_changes (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     monitor_id uuid NOT NULL,
     start_at timestamptz NOT NULL,
     cause text NOT NULL CHECK (cause IN ('late', 'label', 'closed'))
   )`,
  `CREATE INDEX window_changes_cause ON window_changes (cause, monitor_id, start_at)`,
  // Kept for the label join and as exemplars. No foreign keys: this is the hot path.
  `CREATE TABLE predictions (
     project text NOT NULL,
     prediction_id text NOT NULL,
     monitor_id uuid NOT NULL,
     start_at timestamptz NOT NULL,
     event_at timestamptz NOT NULL,
     score float8,
     class text,
     failed boolean NOT NULL,
     latency_ms float4,
     trace_id text,
     features text,
     PRIMARY KEY (prediction_id, project)
   )`,
  `CREATE INDEX predictions_window ON predictions (monitor_id, start_at)`,
  `CREATE TABLE labels (
     project text NOT NULL,
     prediction_id text NOT NULL,
     value text NOT NULL,
     number float8,
     observed_at timestamptz NOT NULL,
     revision int NOT NULL,
     weight float8,
     source text,
     retracted boolean NOT NULL,
     PRIMARY KEY (prediction_id, project)
   )`,
  // The newest observation time per partition of the label topic.
  `CREATE TABLE label_clocks (
     monitor_id uuid NOT NULL,
     partition int NOT NULL,
     observed_at timestamptz NOT NULL,
     touched_at timestamptz NOT NULL,
     PRIMARY KEY (monitor_id, partition)
   ) WITH (fillfactor = 50)`,
  `CREATE TABLE accounting (
     partition int NOT NULL,
     monitor_id uuid NOT NULL,
     consumed bigint NOT NULL,
     counted bigint NOT NULL,
     deduplicated bigint NOT NULL,
     beyond_horizon bigint NOT NULL,
     unrouted bigint NOT NULL,
     dead_lettered bigint NOT NULL,
     PRIMARY KEY (partition, monitor_id)
   ) WITH (fillfactor = 50)`,
  `CREATE TABLE unrouted_models (
     project text NOT NULL,
     model text NOT NULL,
     version text NOT NULL,
     rows bigint NOT NULL,
     first_seen timestamptz NOT NULL DEFAULT now(),
     last_seen timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (project, model, version)
   )`,
  // What a detection knew when it was made; only its end is added later.
  `CREATE TABLE detections (
     id uuid PRIMARY KEY,
     monitor_id uuid NOT NULL REFERENCES monitors,
     project text NOT NULL,
     window_id uuid NOT NULL,
     severity text NOT NULL,
     opened_at timestamptz NOT NULL,
     resolved_at timestamptz,
     evidence jsonb NOT NULL
   )`,
  `CREATE INDEX detections_opened ON detections (opened_at, id)`,
  `CREATE INDEX detections_monitor ON detections (monitor_id, opened_at, id)`,
  `CREATE TABLE performances (
     monitor_id uuid NOT NULL,
     start_at timestamptz NOT NULL,
     end_at timestamptz NOT NULL,
     window_id uuid NOT NULL,
     /* 0: not enough labels yet */
     revision int NOT NULL,
     labelled bigint NOT NULL,
     of_n bigint NOT NULL,
     result jsonb NOT NULL,
     digest text NOT NULL,
     evaluated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (monitor_id, start_at)
   )`,
];

const names = [
  'performances',
  'detections',
  'unrouted_models',
  'accounting',
  'label_clocks',
  'labels',
  'predictions',
  'window_changes',
  'partition_ends',
  'watermarks',
  'window_parts',
  'windows',
  'ended_deployments',
  'monitors',
  'baselines',
];

/** Windows, what they are judged against, what was found, and what is kept for late labels. */
export class Monitoring1795392000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('monitoring')) await runner.query(statement);
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of names) await runner.query(`DROP TABLE ${name}`);
    for (const statement of migrationHelpers.dropOutboxTables('monitoring')) await runner.query(statement);
  }
}
