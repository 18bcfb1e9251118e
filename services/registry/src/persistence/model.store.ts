import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import { DataSource } from 'typeorm';
import type { Model, RiskClass } from '../domain/model.js';
import { Sql } from './sql.js';

export type ModelOrder = 'name' | 'createdAt' | 'updatedAt';

export interface ModelQuery {
  readonly project: string;
  readonly name?: string;
  readonly owner?: string;
  readonly riskClass?: RiskClass;
  /** Each is a key that must be there, with its value when one is given. */
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
  readonly order: ModelOrder;
  readonly descending: boolean;
  readonly after?: { readonly value: string; readonly id: string };
  readonly limit: number;
}

/** A model whose row is locked until the transaction ends, with the number its next unnamed version gets. */
export interface LockedModel {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly riskClass: RiskClass;
  readonly nextNumber: number;
  readonly versionCount: number;
}

interface Row {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly owner: string;
  readonly description: string;
  readonly risk_class: RiskClass;
  readonly version_count: number;
  readonly latest_version: string | null;
  readonly tags: Record<string, string>;
  readonly aliases: Record<string, string>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = `m.id, m.project, m.name, m.owner, m.description, m.risk_class, m.version_count, m.created_at, m.updated_at,
  (select v.version from model_versions v where v.model_id = m.id order by v.ordinal desc limit 1) as latest_version,
  coalesce((select jsonb_object_agg(t.key, t.value) from model_tags t where t.model_id = m.id), '{}') as tags,
  coalesce((select jsonb_object_agg(a.alias, v.version) from model_aliases a join model_versions v on v.id = a.version_id
            where a.model_id = m.id), '{}') as aliases`;

const ORDER_COLUMNS: Readonly<Record<ModelOrder, { column: string; type: string }>> = {
  name: { column: 'm.name collate "C"', type: 'text' },
  createdAt: { column: 'm.created_at', type: 'timestamptz' },
  updatedAt: { column: 'm.updated_at', type: 'timestamptz' },
};

@Injectable()
export class ModelStore {
  constructor(private readonly source: DataSource) {}

  /** False when the name is taken. */
  async insert(model: Model, tx: Transaction): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `insert into models (id, project, name, owner, description, risk_class, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (project, name) do nothing returning id`,
      [model.id, model.project, model.name, model.owner, model.description, model.riskClass, model.createdAt, model.updatedAt],
    );
    if (rows.length === 0) return false;
    for (const [key, value] of Object.entries(model.tags)) await this.setTag(model.id, key, value, tx);
    return true;
  }

  /** Every change of a model and its versions takes this lock first, so events leave in the order of the changes. */
  async lock(project: string, name: string, tx: Transaction): Promise<LockedModel | undefined> {
    const rows: { id: string; project: string; name: string; risk_class: RiskClass; next_number: number; version_count: number }[] =
      await tx.query(
        'select id, project, name, risk_class, next_number, version_count from models where project = $1 and name = $2 for update',
        [project, name],
      );
    const row = rows[0];
    if (row === undefined) return undefined;
    const { id, risk_class: riskClass, next_number: nextNumber, version_count: versionCount } = row;
    return { id, project: row.project, name: row.name, riskClass, nextNumber, versionCount };
  }

  async byName(project: string, name: string, tx: Transaction = this.source.manager): Promise<Model | undefined> {
    const rows: Row[] = await tx.query(`select ${COLUMNS} from models m where m.project = $1 and m.name = $2`, [project, name]);
    return rows[0] && modelOf(rows[0]);
  }

  async exists(modelId: string, tx: Transaction): Promise<boolean> {
    const rows: unknown[] = await tx.query('select 1 from models where id = $1', [modelId]);
    return rows.length > 0;
  }

  /** One row more than the limit, when there is one. */
  async page(query: ModelQuery): Promise<Model[]> {
    const sql = new Sql().where('m.project = ?', query.project);
    if (query.name !== undefined) sql.where("m.name ilike '%' || ? || '%'", query.name.replaceAll(/[\\%_]/g, '\\$&'));
    if (query.owner !== undefined) sql.where('m.owner = ?', query.owner);
    if (query.riskClass !== undefined) sql.where('m.risk_class = ?', query.riskClass);
    for (const { key, value } of query.tags) {
      if (value === undefined) sql.where('exists (select 1 from model_tags t where t.model_id = m.id and t.key = ?)', key);
      else sql.where('exists (select 1 from model_tags t where t.model_id = m.id and t.key = ? and t.value = ?)', key, value);
    }
    const { column, type } = ORDER_COLUMNS[query.order];
    if (query.after !== undefined) {
      sql.where(`(${column}, m.id) ${query.descending ? '<' : '>'} (?::${type}, ?::uuid)`, query.after.value, query.after.id);
    }
    const direction = query.descending ? 'desc' : 'asc';
    const rows: Row[] = await this.source.query(
      `select ${COLUMNS} from models m where ${sql.conditions}
       order by ${column} ${direction}, m.id ${direction} limit ${sql.bind(query.limit + 1)}`,
      sql.parameters,
    );
    return rows.map(modelOf);
  }

  async update(
    modelId: string,
    change: { readonly owner?: string; readonly description?: string; readonly riskClass?: RiskClass },
    at: Date,
    tx: Transaction,
  ): Promise<void> {
    await tx.query(
      `update models set owner = coalesce($2, owner), description = coalesce($3, description), risk_class = coalesce($4, risk_class),
         updated_at = $5 where id = $1`,
      [modelId, change.owner ?? null, change.description ?? null, change.riskClass ?? null, at],
    );
  }

  async touch(modelId: string, at: Date, tx: Transaction): Promise<void> {
    await tx.query('update models set updated_at = $2 where id = $1', [modelId, at]);
  }

  async countVersion(modelId: string, nextNumber: number, at: Date, tx: Transaction): Promise<void> {
    await tx.query('update models set next_number = $2, version_count = version_count + 1, updated_at = $3 where id = $1', [
      modelId,
      nextNumber,
      at,
    ]);
  }

  async setTag(modelId: string, key: string, value: string, tx: Transaction): Promise<void> {
    await tx.query(
      'insert into model_tags (model_id, key, value) values ($1, $2, $3) on conflict (model_id, key) do update set value = excluded.value',
      [modelId, key, value],
    );
  }

  async removeTag(modelId: string, key: string, tx: Transaction): Promise<void> {
    await tx.query('delete from model_tags where model_id = $1 and key = $2', [modelId, key]);
  }

  async setAlias(modelId: string, alias: string, versionId: string, at: Date, tx: Transaction): Promise<void> {
    await tx.query(
      `insert into model_aliases (model_id, alias, version_id, updated_at) values ($1, $2, $3, $4)
       on conflict (model_id, alias) do update set version_id = excluded.version_id, updated_at = excluded.updated_at`,
      [modelId, alias, versionId, at],
    );
  }

  async removeAlias(modelId: string, alias: string, tx: Transaction): Promise<void> {
    await tx.query('delete from model_aliases where model_id = $1 and alias = $2', [modelId, alias]);
  }
}

function modelOf(row: Row): Model {
  return {
    id: row.id,
    project: row.project,
    name: row.name,
    owner: row.owner,
    description: row.description,
    riskClass: row.risk_class,
    tags: row.tags,
    aliases: row.aliases,
    versionCount: row.version_count,
    ...(row.latest_version !== null && { latestVersion: row.latest_version }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
