import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what, what policies say, what persons answered, what went wrong, and the log of it all. */
export class Governance1795392000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of migrationHelpers.outboxTables('governance')) await runner.query(statement);
    for (const statement of [...access, ...policies, ...approvals, ...incidents, ...audit]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of created) await runner.query(`drop table governance.${table} cascade`);
    await runner.query('drop function governance.refuse_change()');
    for (const statement of migrationHelpers.dropOutboxTables('governance')) await runner.query(statement);
  }
}

const created = [
  'audit_head',
  'audit_entries',
  'incident_timeline',
  'incident_detections',
  'incidents',
  'approval_decisions',
  'approvals',
  'decisions',
  'reevaluations',
  'versions',
  'models',
  'policy_environments',
  'policy_versions',
  'policies',
  'login_links',
  'api_keys',
  'role_grants',
  'persons',
];

const access = [
  `create table governance.persons (
     id text primary key, project text not null, name text not null,
     created_at timestamptz not null, created_by jsonb not null)`,
  `create index persons_list on governance.persons (created_at desc, id desc)`,
  `create table governance.role_grants (
     person_id text not null references governance.persons, role text not null,
     granted_at timestamptz not null, granted_by jsonb not null, primary key (person_id, role))`,
  `create table governance.api_keys (
     key_id text primary key, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), name text not null,
     kind text not null check (kind in ('key', 'session', 'bootstrap')), project text not null,
     principal_kind text not null check (principal_kind in ('person', 'machine')), principal_id text not null, principal_name text not null,
     scope text[], created_at timestamptz not null, created_by jsonb not null, expires_at timestamptz, revoked_at timestamptz,
     opened_with text)`,
  `create index api_keys_opened_with on governance.api_keys (opened_with) where opened_with is not null`,
  `create index api_keys_list on governance.api_keys (created_at desc, key_id desc)`,
  `create index api_keys_principal on governance.api_keys (principal_kind, principal_id)`,
  `create table governance.login_links (
     id uuid primary key, sha256 text not null, person_id text not null references governance.persons,
     created_at timestamptz not null, created_by jsonb not null, expires_at timestamptz not null, used_at timestamptz)`,
];

const policies = [
  `create table governance.policies (
     id uuid primary key, project text not null, name text not null, created_at timestamptz not null, unique (project, name))`,
  `create table governance.policy_versions (
     policy_id uuid not null references governance.policies, version int not null, digest text not null, mode text not null,
     environments text[] not null, yaml text not null, created_at timestamptz not null, created_by jsonb not null,
     primary key (policy_id, version))`,
  // Which policy governs an environment now; the key is what keeps it to one.
  `create table governance.policy_environments (
     project text not null, environment text not null, policy_id uuid not null references governance.policies,
     primary key (project, environment))`,
  `create table governance.models (
     model_id text primary key, project text not null, name text not null, owner text not null, risk_class text not null)`,
  `create table governance.versions (
     model_id text not null, version text not null, project text not null, model text not null, artifact_sha256 text not null,
     author jsonb not null, registered jsonb not null, chain_id text not null, registered_at timestamptz not null,
     primary key (model_id, version))`,
  `create index versions_by_time on governance.versions (project, registered_at, model_id, version)`,
  // A published policy is asked again about every version, in small steps that survive a crash.
  `create table governance.reevaluations (
     id uuid primary key, project text not null, policy_id uuid not null, environments text[] not null, after_at timestamptz,
     after_model_id text, after_version text, event_id text not null, created_at timestamptz not null)`,
  `create table governance.decisions (
     id uuid primary key, project text not null, action text not null, model_id text not null, model text not null, version text not null,
     environment text not null, deployment_id text, verdict text not null, rules jsonb not null, policy jsonb not null,
     approval_id uuid, inputs_digest text not null, trace_id text, at timestamptz not null)`,
  `create index decisions_list on governance.decisions (at desc, id desc)`,
  `create index decisions_version on governance.decisions (model, version, at desc, id desc)`,
  `create index decisions_deployment on governance.decisions (deployment_id) where deployment_id is not null`,
];

const approvals = [
  `create table governance.approvals (
     id uuid primary key, project text not null, model_id text not null, model text not null, version text not null,
     environment text not null, status text not null check (status in ('pending', 'approved', 'rejected', 'expired', 'voided')),
     reason text, needed int not null check (needed > 0), author jsonb not null, requested_by jsonb not null,
     artifact_sha256 text not null, policy_id uuid not null, policy_version text not null, evidence_ids jsonb not null,
     chain_id text not null, asked_event_id uuid not null, expires_at timestamptz not null,
     created_at timestamptz not null, closed_at timestamptz)`,
  `create unique index approvals_one_question on governance.approvals (model_id, version, environment) where status = 'pending'`,
  `create index approvals_list on governance.approvals (created_at desc, id desc)`,
  `create index approvals_subject on governance.approvals (model_id, version, environment, created_at desc)`,
  `create index approvals_expiring on governance.approvals (expires_at) where status in ('pending', 'approved')`,
  `create table governance.approval_decisions (
     approval_id uuid not null references governance.approvals, person_id text not null,
     decision text not null check (decision in ('approved', 'rejected', 'abstained')), responder jsonb not null,
     comment text not null, at timestamptz not null, primary key (approval_id, person_id))`,
];

const incidents = [
  `create table governance.incidents (
     id uuid primary key, project text not null, endpoint text not null,
     status text not null check (status in ('open', 'acknowledged', 'mitigated', 'resolved')), severity text not null,
     title text not null, summary text not null, affected jsonb not null, causes jsonb not null, evidence jsonb not null,
     rolled_back jsonb not null, models text[] not null, opened_at timestamptz not null, resolved_at timestamptz, acknowledged_by jsonb)`,
  `create index incidents_list on governance.incidents (opened_at desc, id desc)`,
  `create index incidents_unresolved on governance.incidents (project, endpoint, opened_at desc) where status <> 'resolved'`,
  `create table governance.incident_detections (
     detection_id text primary key, incident_id uuid not null references governance.incidents, event_id text not null,
     deployment_id text, model text not null, version text not null, resolved_at timestamptz)`,
  `create index incident_detections_incident on governance.incident_detections (incident_id)`,
  `create table governance.incident_timeline (
     incident_id uuid not null references governance.incidents, n bigint generated always as identity, at timestamptz not null,
     type text not null, text text not null, actor jsonb not null, event_id text not null, trace_id text, primary key (incident_id, n))`,
];

const audit = [
  // `index` has no sequence: the writer numbers entries under a lock, so that a gap means that somebody took an entry away.
  `create table governance.audit_entries (
     index bigint primary key check (index >= 0), at timestamptz not null, recorded_at timestamptz not null default now(),
     project text not null, action text not null, actor_type text not null, actor_id text not null, actor_name text,
     subject text not null, outcome text not null, reason text, event_id text not null unique, topic text not null,
     kafka_partition int not null, kafka_offset text not null, trace_id text, payload_sha256 text not null, details text,
     leaf_hash bytea not null, root_hash bytea not null)`,
  `create index audit_entries_at on governance.audit_entries (at desc, index desc)`,
  `create index audit_entries_actor on governance.audit_entries (actor_id, index desc)`,
  `create index audit_entries_action on governance.audit_entries (action, index desc)`,
  `create index audit_entries_subject on governance.audit_entries (subject, index desc)`,
  `create table governance.audit_head (
     id int primary key check (id = 1), tree_size bigint not null, root_hash bytea not null, edge text[] not null)`,
  `create function governance.refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception '% on %.% is refused: rows are only ever added', tg_op, tg_table_schema, tg_table_name using errcode = 'DB001';
   end $$`,
  ...['audit_entries', 'policy_versions', 'approval_decisions'].flatMap((table) => [
    `create trigger ${table}_append_only before update or delete on governance.${table} for each row execute function governance.refuse_change()`,
    `create trigger ${table}_no_truncate before truncate on governance.${table} for each statement execute function governance.refuse_change()`,
  ]),
  // The runtime role may add and read, whatever the default privileges of the schema gave it.
  `do $$
   declare append_only text; grantee_name text;
   begin
     foreach append_only in array array['audit_entries', 'policy_versions', 'approval_decisions'] loop
       for grantee_name in
         select distinct g.grantee::text from information_schema.role_table_grants g
         where g.table_schema = 'governance' and g.table_name = append_only and g.grantee <> current_user and g.grantee <> 'PUBLIC'
       loop
         execute format('revoke update, delete, truncate on governance.%I from %I', append_only, grantee_name);
       end loop;
     end loop;
   end $$`,
];
