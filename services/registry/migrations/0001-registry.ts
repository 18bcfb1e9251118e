import { migrationHelpers } from '@drawbridge/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Models, versions with their evidence, contents, and where versions were deployed. */
export class Registry0001 implements MigrationInterface {
  readonly name = 'Registry0001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...migrationHelpers.outboxTables('registry'), ...tables, ...immutability]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table if exists
      deployments, version_datasets, datasets, version_tags, version_parameters, version_metrics,
      model_aliases, model_versions, contents, model_tags, models cascade`);
    await runner.query('drop function if exists refuse_change() cascade');
    for (const statement of migrationHelpers.dropOutboxTables('registry')) await runner.query(statement);
  }
}

const tables = [
  `create table models (
     id uuid primary key,
     project text not null,
     name text not null,
     owner text not null,
     description text not null default '',
     risk_class text not null check (risk_class in ('low', 'medium', 'high')),
     next_number integer not null default 1,
     version_count integer not null default 0,
     created_at timestamptz(3) not null,
     updated_at timestamptz(3) not null,
     unique (project, name)
   )`,
  'create index models_by_update on models (project, updated_at, id)',
  'create index models_by_creation on models (project, created_at, id)',
  `create table model_tags (
     model_id uuid not null references models on delete cascade,
     key text not null,
     value text not null,
     primary key (model_id, key)
   )`,
  'create index model_tags_by_key on model_tags (key, value)',

  // Bytes live in the content-addressed store; a row says that they are complete and what they are.
  `create table contents (
     sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
     bytes bigint not null,
     kind text not null check (kind in ('artifact', 'baseline')),
     format text not null,
     rows bigint,
     created_by jsonb not null,
     created_at timestamptz(3) not null
   )`,

  // artifact_sha256 may be empty for versions that only name a source, as other registries' clients create them.
  `create table model_versions (
     id uuid primary key,
     project text not null,
     model_id uuid not null references models,
     version text not null,
     ordinal integer not null,
     artifact_sha256 text references contents,
     source text,
     signature jsonb,
     flavour text not null,
     description text not null default '',
     author jsonb not null,
     run_id text,
     run_url text,
     git_commit text,
     git_url text,
     baseline_sha256 text references contents,
     trace_id text,
     created_at timestamptz(3) not null,
     unique (model_id, version),
     unique (model_id, ordinal)
   )`,
  'create index model_versions_by_run on model_versions (project, run_id) where run_id is not null',
  'create index model_versions_by_artifact on model_versions (artifact_sha256)',
  `create table model_aliases (
     model_id uuid not null references models on delete cascade,
     alias text not null,
     version_id uuid not null references model_versions,
     updated_at timestamptz(3) not null,
     primary key (model_id, alias)
   )`,
  'create index model_aliases_by_version on model_aliases (version_id)',
  `create table version_metrics (
     version_id uuid not null references model_versions on delete cascade,
     key text not null,
     value double precision not null,
     primary key (version_id, key)
   )`,
  'create index version_metrics_by_value on version_metrics (key, value)',
  `create table version_parameters (
     version_id uuid not null references model_versions on delete cascade,
     key text not null,
     value text not null,
     primary key (version_id, key)
   )`,
  `create table version_tags (
     version_id uuid not null references model_versions on delete cascade,
     key text not null,
     value text not null,
     primary key (version_id, key)
   )`,
  'create index version_tags_by_key on version_tags (key, value)',

  // A data set is known by name and digest; versions, and later runs, refer to it.
  `create table datasets (
     id uuid primary key,
     project text not null,
     name text not null,
     digest text not null,
     rows bigint,
     source_type text,
     source text,
     schema jsonb,
     profile jsonb,
     created_at timestamptz(3) not null,
     unique (project, name, digest)
   )`,
  `create table version_datasets (
     version_id uuid not null references model_versions on delete cascade,
     position integer not null,
     dataset_id uuid not null references datasets,
     rows bigint,
     role text,
     primary key (version_id, position)
   )`,
  'create index version_datasets_by_dataset on version_datasets (dataset_id)',

  // Written from deployment events only.
  `create table deployments (
     deployment_id text primary key,
     model_id uuid not null references models,
     version text not null,
     endpoint_id text not null,
     endpoint text not null,
     status text not null,
     reason text,
     sequence bigint not null,
     at timestamptz(3) not null
   )`,
  'create index deployments_by_version on deployments (model_id, version)',
  'create index deployments_by_endpoint on deployments (endpoint_id, at)',
];

/** What was registered is evidence: no statement of the service, not even a mistaken one, may change it. */
const immutability = [
  `create function refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception '% is immutable: a registered version never changes', tg_table_name using errcode = 'integrity_constraint_violation';
   end $$`,
  ...['model_versions', 'version_metrics', 'version_parameters', 'version_datasets', 'contents'].map(
    (table) => `create trigger ${table}_immutable before update or delete on ${table} for each row execute function refuse_change()`,
  ),
];
