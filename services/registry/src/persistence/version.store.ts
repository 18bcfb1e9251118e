import { Injectable } from '@nestjs/common';
import type { Actor, DatasetRef, Signature } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Comparison } from '../domain/filter.js';
import type { Version } from '../domain/model.js';
import { columnsOf, Sql } from './sql.js';

export interface VersionQuery {
  readonly modelId: string;
  readonly filter: readonly Comparison[];
  readonly author?: string;
  readonly flavour?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly oldestFirst: boolean;
  /** Ordinal of the last one seen. */
  readonly after?: number;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly project: string;
  readonly model_id: string;
  readonly model: string;
  readonly version: string;
  readonly ordinal: number;
  readonly artifact_sha256: string;
  readonly artifact_bytes: string;
  readonly artifact_format: string;
  readonly baseline_sha256: string | null;
  readonly baseline_bytes: string | null;
  readonly signature: Signature;
  readonly flavour: string;
  readonly description: string;
  readonly author: Actor;
  readonly metrics: Record<string, number>;
  readonly parameters: Record<string, string>;
  readonly datasets: DatasetRef[];
  readonly tags: Record<string, string>;
  readonly aliases: string[];
  readonly run_id: string | null;
  readonly run_url: string | null;
  readonly git_commit: string | null;
  readonly git_url: string | null;
  readonly trace_id: string | null;
  readonly created_at: Date;
}

const SELECT = `select v.*, m.name as model,
    a.bytes as artifact_bytes, a.format as artifact_format, b.bytes as baseline_bytes,
    coalesce((select jsonb_object_agg(x.key, x.value) from version_metrics x where x.version_id = v.id), '{}') as metrics,
    coalesce((select jsonb_object_agg(x.key, x.value) from version_parameters x where x.version_id = v.id), '{}') as parameters,
    coalesce((select jsonb_object_agg(x.key, x.value) from version_tags x where x.version_id = v.id), '{}') as tags,
    coalesce((select jsonb_agg(x.alias order by x.alias) from model_aliases x where x.version_id = v.id), '[]') as aliases,
    coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', d.name, 'digest', d.digest, 'rows', x.rows, 'role', x.role))
                               order by x.position)
              from version_datasets x join datasets d on d.id = x.dataset_id where x.version_id = v.id), '[]') as datasets
  from model_versions v
  join models m on m.id = v.model_id
  join contents a on a.sha256 = v.artifact_sha256
  left join contents b on b.sha256 = v.baseline_sha256`;

/** Relation of each filter target; the operator comes from a closed list. */
const FILTER_TABLES = { metric: 'version_metrics', parameter: 'version_parameters', tag: 'version_tags' } as const;

@Injectable()
export class VersionStore {
  constructor(private readonly source: DataSource) {}

  async insert(version: Version, tx: Transaction): Promise<void> {
    await tx.query(
      `insert into model_versions (id, project, model_id, version, ordinal, artifact_sha256, signature, flavour, description, author,
         run_id, run_url, git_commit, git_url, baseline_sha256, trace_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        version.id,
        version.project,
        version.modelId,
        version.version,
        version.ordinal,
        version.artifact.sha256,
        JSON.stringify(version.signature),
        version.flavour,
        version.description,
        JSON.stringify(version.author),
        version.runId ?? null,
        version.runUrl ?? null,
        version.gitCommit ?? null,
        version.gitUrl ?? null,
        version.baseline?.sha256 ?? null,
        version.traceId ?? null,
        version.createdAt,
      ],
    );
    await this.insertMap('version_metrics', 'float8', version.id, version.metrics, tx);
    await this.insertMap('version_parameters', 'text', version.id, version.parameters, tx);
    await this.insertMap('version_tags', 'text', version.id, version.tags, tx);
    await this.insertDatasets(version, tx);
  }

  private async insertMap(
    table: 'version_metrics' | 'version_parameters' | 'version_tags',
    type: 'float8' | 'text',
    versionId: string,
    map: Readonly<Record<string, number | string>>,
    tx: Transaction,
  ): Promise<void> {
    const [keys, values] = columnsOf(map);
    if (keys.length === 0) return;
    await tx.query(
      `insert into ${table} (version_id, key, value) select $1, key, value from unnest($2::text[], $3::${type}[]) as pairs (key, value)`,
      [versionId, keys, values],
    );
  }

  private async insertDatasets(version: Version, tx: Transaction): Promise<void> {
    for (const [position, { name, digest, rows, role }] of version.datasets.entries()) {
      // The update does nothing but make RETURNING answer for a data set that is already known.
      const found: { id: string }[] = await tx.query(
        `insert into datasets (id, project, name, digest, rows, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (project, name, digest) do update set name = excluded.name returning id`,
        [uuidv7(), version.project, name, digest, rows ?? null, version.createdAt],
      );
      await tx.query('insert into version_datasets (version_id, position, dataset_id, rows, role) values ($1, $2, $3, $4, $5)', [
        version.id,
        position,
        found[0]!.id,
        rows ?? null,
        role ?? null,
      ]);
    }
  }

  async exists(modelId: string, version: string, tx: Transaction): Promise<boolean> {
    const rows: unknown[] = await tx.query('select 1 from model_versions where model_id = $1 and version = $2', [modelId, version]);
    return rows.length > 0;
  }

  async byVersion(modelId: string, version: string, tx: Transaction = this.source.manager): Promise<Version | undefined> {
    const rows: Row[] = await tx.query(`${SELECT} where v.model_id = $1 and v.version = $2`, [modelId, version]);
    return rows[0] && versionOf(rows[0]);
  }

  async byAlias(modelId: string, alias: string): Promise<Version | undefined> {
    const rows: Row[] = await this.source.query(
      `${SELECT} where v.id = (select version_id from model_aliases where model_id = $1 and alias = $2)`,
      [modelId, alias],
    );
    return rows[0] && versionOf(rows[0]);
  }

  /** Newest first; all reads of one transaction see its own writes. */
  async newest(modelId: string, limit: number, tx: Transaction): Promise<Version[]> {
    const rows: Row[] = await tx.query(`${SELECT} where v.model_id = $1 order by v.ordinal desc limit $2`, [modelId, limit]);
    return rows.map(versionOf);
  }

  /** One row more than the limit, when there is one. */
  async page(query: VersionQuery): Promise<Version[]> {
    const sql = new Sql().where('v.model_id = ?', query.modelId);
    for (const { target, key, operator, value } of query.filter) {
      const negated = operator === '!=' ? 'not ' : '';
      const compare = operator === '!=' ? '=' : operator;
      sql.where(
        `${negated}exists (select 1 from ${FILTER_TABLES[target]} x where x.version_id = v.id and x.key = ? and x.value ${compare} ?)`,
        key,
        value,
      );
    }
    if (query.author !== undefined) sql.where("v.author->>'id' = ?", query.author);
    if (query.flavour !== undefined) sql.where('v.flavour = ?', query.flavour);
    if (query.createdAfter !== undefined) sql.where('v.created_at >= ?', query.createdAfter);
    if (query.createdBefore !== undefined) sql.where('v.created_at < ?', query.createdBefore);
    if (query.after !== undefined) sql.where(`v.ordinal ${query.oldestFirst ? '>' : '<'} ?`, query.after);
    const rows: Row[] = await this.source.query(
      `${SELECT} where ${sql.conditions} order by v.ordinal ${query.oldestFirst ? 'asc' : 'desc'} limit ${sql.bind(query.limit + 1)}`,
      sql.parameters,
    );
    return rows.map(versionOf);
  }

  async setTag(versionId: string, key: string, value: string, tx: Transaction): Promise<void> {
    await tx.query(
      `insert into version_tags (version_id, key, value) values ($1, $2, $3)
       on conflict (version_id, key) do update set value = excluded.value`,
      [versionId, key, value],
    );
  }

  async removeTag(versionId: string, key: string, tx: Transaction): Promise<void> {
    await tx.query('delete from version_tags where version_id = $1 and key = $2', [versionId, key]);
  }
}

function versionOf(row: Row): Version {
  return {
    id: row.id,
    project: row.project,
    modelId: row.model_id,
    model: row.model,
    version: row.version,
    ordinal: row.ordinal,
    artifact: { sha256: row.artifact_sha256, bytes: Number(row.artifact_bytes), format: row.artifact_format },
    ...(row.baseline_sha256 !== null && { baseline: { sha256: row.baseline_sha256, bytes: Number(row.baseline_bytes) } }),
    signature: row.signature,
    flavour: row.flavour,
    description: row.description,
    author: row.author,
    metrics: row.metrics,
    parameters: row.parameters,
    datasets: row.datasets,
    tags: row.tags,
    aliases: row.aliases,
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.run_url !== null && { runUrl: row.run_url }),
    ...(row.git_commit !== null && { gitCommit: row.git_commit }),
    ...(row.git_url !== null && { gitUrl: row.git_url }),
    ...(row.trace_id !== null && { traceId: row.trace_id }),
    createdAt: row.created_at,
  };
}
