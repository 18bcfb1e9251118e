import type { Actor, EventMap } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { VersionFacts } from '../domain/evidence.js';
import { json, row, rows } from './rows.js';

interface VersionRow {
  project: string;
  model_id: string;
  model: string;
  version: string;
  author: Actor;
  registered: EventMap['model.registered'];
  chain_id: string;
  registered_at: Date;
  owner: string | null;
  risk_class: string | null;
}

/** A version with the chain of events it belongs to. */
export interface StoredVersion {
  readonly facts: VersionFacts;
  readonly chainId: string;
  readonly registeredAt: Date;
}

const columns = `select v.project, v.model_id, v.model, v.version, v.author, v.registered, v.chain_id, v.registered_at, m.owner, m.risk_class
  from versions v left join models m on m.model_id = v.model_id`;

function versionOf(found: VersionRow): StoredVersion {
  const riskClass = found.registered.riskClass ?? found.risk_class ?? undefined;
  return {
    facts: {
      project: found.project,
      modelId: found.model_id,
      model: found.model,
      version: found.version,
      author: found.author,
      registered: found.registered,
      ...(found.owner === null ? {} : { owner: found.owner }),
      ...(riskClass === undefined ? {} : { riskClass }),
    },
    chainId: found.chain_id,
    registeredAt: found.registered_at,
  };
}

/** What the registry announced, as far as policies ask for it. */
@Injectable()
export class VersionStore {
  async putModel(tx: Transaction, event: EventMap['model.created']): Promise<void> {
    await rows(
      tx,
      `insert into models (model_id, project, name, owner, risk_class) values ($1, $2, $3, $4, $5)
       on conflict (model_id) do update set owner = excluded.owner, risk_class = excluded.risk_class`,
      [event.modelId, event.project, event.model, event.owner, event.riskClass],
    );
  }

  /** False when the version is already known; it never changes. */
  async add(tx: Transaction, event: EventMap['model.registered'], chainId: string): Promise<boolean> {
    const added = await rows(
      tx,
      `insert into versions (model_id, version, project, model, artifact_sha256, author, registered, chain_id, registered_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning version`,
      [
        event.modelId,
        event.version,
        event.project,
        event.model,
        event.artifact.sha256,
        json(event.author),
        json(event),
        chainId,
        event.time,
      ],
    );
    return added.length === 1;
  }

  async get(tx: Transaction, modelId: string, version: string): Promise<StoredVersion | undefined> {
    const found = await row<VersionRow>(tx, `${columns} where v.model_id = $1 and v.version = $2`, [modelId, version]);
    return found === undefined ? undefined : versionOf(found);
  }

  async byName(tx: Transaction, project: string, model: string, version: string): Promise<StoredVersion | undefined> {
    const found = await row<VersionRow>(tx, `${columns} where v.project = $1 and v.model = $2 and v.version = $3`, [
      project,
      model,
      version,
    ]);
    return found === undefined ? undefined : versionOf(found);
  }

  /** Versions in the order of their registration, from after the given one. `project` undefined takes all. */
  async after(
    tx: Transaction,
    project: string | undefined,
    after: { at: Date; modelId: string; version: string } | undefined,
    limit: number,
  ): Promise<StoredVersion[]> {
    const found = await rows<VersionRow>(
      tx,
      `${columns} where ($1::text is null or v.project = $1)
       and ($2::timestamptz is null or (v.registered_at, v.model_id, v.version) > ($2::timestamptz, $3, $4))
       order by v.registered_at, v.model_id, v.version limit ${limit}`,
      [project ?? null, after?.at ?? null, after?.modelId ?? '', after?.version ?? ''],
    );
    return found.map(versionOf);
  }
}
