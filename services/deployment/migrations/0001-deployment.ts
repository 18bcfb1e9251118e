import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints, rollouts, what other services said of versions and approvals, and the closed windows that decide. */
export class Deployment0001 implements MigrationInterface {
  name = 'Deployment0001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('deployment')) await runner.query(statement);
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'retraining_requests',
      'timeline',
      'analyses',
      'detections',
      'arm_windows',
      'approvals',
      'versions',
      'deployments',
      'endpoints',
    ]) {
      await runner.query(`drop table deployment.${table}`);
    }
  }
}

const tables = [
  `create table deployment.endpoints (
     id uuid primary key, project text not null, name text not null, environment text not null,
     model_id text not null, model text not null, monitoring jsonb, targets jsonb not null,
     active_deployment_id uuid, created_at timestamptz not null, updated_at timestamptz not null,
     unique (project, name))`,
  `create table deployment.deployments (
     id uuid primary key, project text not null, endpoint_id uuid not null references deployment.endpoints, endpoint text not null,
     environment text not null, model_id text not null, model text not null, version text not null, artifact_sha256 text not null,
     from_version text, from_deployment_id uuid, status text not null, status_reason text, hold boolean not null, allowed boolean not null,
     strategy jsonb not null, step int not null, windows_passed int not null, step_entered_at timestamptz,
     requested_by jsonb not null, reasons jsonb not null, started_at timestamptz,
     created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index deployments_list on deployment.deployments (created_at desc, id desc)`,
  `create index deployments_endpoint on deployment.deployments (endpoint_id, created_at desc)`,
  `create index deployments_progressing on deployment.deployments (id) where status = 'progressing'`,
  `create table deployment.versions (
     project text not null, model text not null, version text not null, model_id text not null,
     artifact jsonb not null, signature jsonb not null, baseline_ref jsonb, event_id text not null, chain_id text not null,
     traceparent text, primary key (project, model, version))`,
  `create table deployment.approvals (
     approval_id uuid primary key, project text not null, model text not null, version text not null, environment text not null,
     status text not null, reason text, artifact_sha256 text not null, expires_at timestamptz not null, requested_at timestamptz not null)`,
  `create index approvals_subject on deployment.approvals (project, model, version, environment, requested_at desc)`,
  `create table deployment.arm_windows (
     window_id text primary key, monitor_id text not null, project text not null, endpoint text not null, model text not null,
     version text not null, window_start timestamptz not null, window_end timestamptz not null, n int not null, errors int not null,
     p95_ms double precision, verdict text not null, features jsonb not null, event_id text not null, chain_id text not null, judged_for uuid, received_at timestamptz not null)`,
  `create index arm_windows_arm on deployment.arm_windows (project, endpoint, version, window_start)`,
  `create table deployment.detections (
     detection_id text primary key, monitor_id text not null, window_id text not null, event_id text not null,
     exemplars jsonb not null, detected_at timestamptz not null)`,
  `create index detections_monitor on deployment.detections (monitor_id, detected_at desc)`,
  `create table deployment.analyses (
     id uuid primary key, deployment_id uuid not null references deployment.deployments, at timestamptz not null, step int not null,
     verdict text not null, summary text not null, checks jsonb not null, window_ids jsonb not null,
     period_start timestamptz not null, period_end timestamptz not null, unique (deployment_id, period_start, period_end))`,
  `create table deployment.timeline (
     event_id uuid primary key, deployment_id uuid not null references deployment.deployments, at timestamptz not null,
     type text not null, text text not null, actor jsonb not null, trace_id text)`,
  `create index timeline_deployment on deployment.timeline (deployment_id, at)`,
  `create table deployment.retraining_requests (
     request_id uuid primary key, project text not null, model text not null, endpoint text not null,
     expires_at timestamptz not null, created_at timestamptz not null)`,
  `create index retraining_open on deployment.retraining_requests (project, model, endpoint, expires_at)`,
];
