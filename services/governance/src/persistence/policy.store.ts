import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import { anyEnvironment } from '../domain/policy.js';
import { json, type Keyset, ListQuery, row, rows } from './rows.js';

/** One published version as it is stored; the YAML is the truth. */
export interface StoredPolicy {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly mode: string;
  readonly environments: readonly string[];
  readonly yaml: string;
  readonly createdAt: Date;
  readonly createdBy: Actor;
}

interface PolicyRow {
  id: string;
  project: string;
  name: string;
  version: number;
  digest: string;
  mode: string;
  environments: string[];
  yaml: string;
  created_at: Date;
  created_by: Actor;
}

const columns = `select p.id, p.project, p.name, v.version, v.digest, v.mode, v.environments, v.yaml, v.created_at, v.created_by
  from policies p join policy_versions v on v.policy_id = p.id`;
const newest = `v.version = (select max(n.version) from policy_versions n where n.policy_id = p.id)`;

function policyOf(found: PolicyRow): StoredPolicy {
  return {
    id: found.id,
    project: found.project,
    name: found.name,
    version: found.version,
    digest: found.digest,
    mode: found.mode,
    environments: found.environments,
    yaml: found.yaml,
    createdAt: found.created_at,
    createdBy: found.created_by,
  };
}

/** Policies with their immutable versions, and which one governs an environment. */
@Injectable()
export class PolicyStore {
  /** A gate decision and a publication never overlap: decisions share the lock, a publication has it alone. */
  async lock(tx: Transaction, kind: 'read' | 'publish'): Promise<void> {
    const take = kind === 'publish' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
    await rows(tx, `select ${take}(hashtextextended('governance.policies', 0))`);
  }

  async byName(tx: Transaction, project: string, name: string): Promise<StoredPolicy | undefined> {
    const found = await row<PolicyRow>(tx, `${columns} where p.project = $1 and p.name = $2 and ${newest}`, [project, name]);
    return found === undefined ? undefined : policyOf(found);
  }

  /** Newest version by id or name: the project's own before the installation's. */
  async find(tx: Transaction, project: string, idOrName: string): Promise<StoredPolicy | undefined> {
    const found = await row<PolicyRow>(
      tx,
      `${columns} where p.project in ($1, 'default') and (p.name = $2 or p.id::text = $2) and ${newest} order by (p.project = $1) desc limit 1`,
      [project, idOrName],
    );
    return found === undefined ? undefined : policyOf(found);
  }

  async version(tx: Transaction, policyId: string, version: number): Promise<StoredPolicy | undefined> {
    const found = await row<PolicyRow>(tx, `${columns} where p.id = $1 and v.version = $2`, [policyId, version]);
    return found === undefined ? undefined : policyOf(found);
  }

  async versions(tx: Transaction, policyId: string): Promise<StoredPolicy[]> {
    const found = await rows<PolicyRow>(tx, `${columns} where p.id = $1 order by v.version desc limit 200`, [policyId]);
    return found.map(policyOf);
  }

  /** Of a project those that may govern it: its own and the installation's. */
  async list(tx: Transaction, keyset: Keyset, filter: { project?: string; environment?: string }): Promise<StoredPolicy[]> {
    const found = await new ListQuery(columns, { time: 'v.created_at', id: 'p.id', idType: 'uuid' })
      .plain(newest)
      .where(`p.project in (?, 'default')`, filter.project)
      .where('? = any (v.environments)', filter.environment)
      .page<PolicyRow>(tx, keyset);
    return found.map(policyOf);
  }

  /**
   * The policy in force for an environment: the project's own before the installation's (project `default`), one that names the
   * environment before one for every environment.
   */
  async governing(tx: Transaction, project: string, environment: string): Promise<StoredPolicy | undefined> {
    const found = await row<PolicyRow>(
      tx,
      `${columns} join policy_environments e on e.policy_id = p.id
       where e.project in ($1, 'default') and e.environment in ($2, $3) and ${newest}
       order by (e.project = $1) desc, (e.environment = $2) desc limit 1`,
      [project, environment, anyEnvironment],
    );
    return found === undefined ? undefined : policyOf(found);
  }

  /** Environments of a project that a policy names, the installation's included. */
  async governedEnvironments(tx: Transaction, project: string): Promise<string[]> {
    const found = await rows<{ environment: string }>(
      tx,
      `select distinct environment from policy_environments where project in ($1, 'default') and environment <> $2 order by environment`,
      [project, anyEnvironment],
    );
    return found.map((each) => each.environment);
  }

  /** The other policy of the project that already governs one of the environments. */
  async rival(
    tx: Transaction,
    project: string,
    policyId: string,
    environments: readonly string[],
  ): Promise<{ name: string; environment: string } | undefined> {
    return row(
      tx,
      `select p.name, e.environment from policy_environments e join policies p on p.id = e.policy_id
       where e.project = $1 and e.environment = any ($2::text[]) and e.policy_id <> $3 limit 1`,
      [project, environments, policyId],
    );
  }

  async add(tx: Transaction, policy: StoredPolicy): Promise<void> {
    await rows(tx, `insert into policies (id, project, name, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing`, [
      policy.id,
      policy.project,
      policy.name,
      policy.createdAt,
    ]);
    await rows(
      tx,
      `insert into policy_versions (policy_id, version, digest, mode, environments, yaml, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [policy.id, policy.version, policy.digest, policy.mode, policy.environments, policy.yaml, policy.createdAt, json(policy.createdBy)],
    );
    await rows(tx, `delete from policy_environments where policy_id = $1`, [policy.id]);
    await rows(
      tx,
      `insert into policy_environments (project, environment, policy_id) select $1, environment, $3 from unnest($2::text[]) as environment`,
      [policy.project, policy.environments, policy.id],
    );
  }
}
