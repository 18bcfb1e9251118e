import type { Actor } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import type { ApiKey, PrincipalKind } from '../domain/access.js';
import { json, type Keyset, ListQuery, row, rows } from './rows.js';

export interface Person {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdAt: Date;
}

export interface LoginLink {
  readonly id: string;
  readonly sha256: string;
  readonly personId: string;
  readonly expiresAt: Date;
}

interface PersonRow {
  id: string;
  project: string;
  name: string;
  created_at: Date;
  roles: string[];
}

interface KeyRow {
  key_id: string;
  sha256: string;
  name: string;
  kind: ApiKey['kind'];
  project: string;
  principal_kind: PrincipalKind;
  principal_id: string;
  principal_name: string;
  scope: string[] | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  opened_with: string | null;
}

const personColumns = `select p.id, p.project, p.name, p.created_at,
  coalesce((select array_agg(g.role order by g.role) from role_grants g where g.person_id = p.id), '{}') as roles from persons p`;
const keyColumns = `select key_id, sha256, name, kind, project, principal_kind, principal_id, principal_name, scope,
  created_at, expires_at, revoked_at, opened_with from api_keys`;

function personOf(found: PersonRow): Person {
  return { id: found.id, project: found.project, name: found.name, roles: found.roles, createdAt: found.created_at };
}

function keyOf(found: KeyRow): ApiKey {
  return {
    keyId: found.key_id,
    sha256: found.sha256,
    name: found.name,
    kind: found.kind,
    principal: { kind: found.principal_kind, id: found.principal_id, name: found.principal_name },
    ...(found.scope === null ? {} : { scope: found.scope }),
    project: found.project,
    createdAt: found.created_at,
    ...(found.expires_at === null ? {} : { expiresAt: found.expires_at }),
    ...(found.revoked_at === null ? {} : { revokedAt: found.revoked_at }),
    ...(found.opened_with === null ? {} : { openedWith: found.opened_with }),
  };
}

/** Persons, their roles, keys and one-time login links. */
@Injectable()
export class AccessStore {
  /** Serialises everything that changes what somebody may do, so that two changes are announced in their order. */
  async lock(tx: Transaction): Promise<void> {
    await rows(tx, `select pg_advisory_xact_lock(hashtextextended('governance.access', 0))`);
  }

  async person(tx: Transaction, id: string): Promise<Person | undefined> {
    const found = await row<PersonRow>(tx, `${personColumns} where p.id = $1`, [id]);
    return found === undefined ? undefined : personOf(found);
  }

  async persons(tx: Transaction, keyset: Keyset, filter: { project?: string; name?: string }): Promise<Person[]> {
    const found = await new ListQuery(personColumns, { time: 'p.created_at', id: 'p.id', idType: 'text' })
      .where('p.project = ?', filter.project)
      .where('p.name = ?', filter.name)
      .page<PersonRow>(tx, keyset);
    return found.map(personOf);
  }

  /** False when the id is taken. */
  async addPerson(tx: Transaction, person: Omit<Person, 'roles'>, by: Actor): Promise<boolean> {
    const added = await rows(
      tx,
      `insert into persons (id, project, name, created_at, created_by) values ($1, $2, $3, $4, $5) on conflict (id) do nothing returning id`,
      [person.id, person.project, person.name, person.createdAt, json(by)],
    );
    return added.length === 1;
  }

  async setRoles(tx: Transaction, personId: string, roles: readonly string[], by: Actor, now: Date): Promise<void> {
    await rows(tx, `delete from role_grants where person_id = $1 and role <> all ($2::text[])`, [personId, roles]);
    await rows(
      tx,
      `insert into role_grants (person_id, role, granted_at, granted_by)
       select $1, role, $3, $4::jsonb from unnest($2::text[]) as role on conflict do nothing`,
      [personId, roles, now, json(by)],
    );
  }

  async key(tx: Transaction, keyId: string): Promise<ApiKey | undefined> {
    const found = await row<KeyRow>(tx, `${keyColumns} where key_id = $1`, [keyId]);
    return found === undefined ? undefined : keyOf(found);
  }

  async keysOfPerson(tx: Transaction, personId: string): Promise<ApiKey[]> {
    const found = await rows<KeyRow>(
      tx,
      `${keyColumns} where principal_kind = 'person' and principal_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [personId],
    );
    return found.map(keyOf);
  }

  async keys(tx: Transaction, keyset: Keyset, filter: { project?: string; principal?: string; kind?: string }): Promise<ApiKey[]> {
    const found = await new ListQuery(keyColumns, { time: 'created_at', id: 'key_id', idType: 'text' })
      .where('project = ?', filter.project)
      .where('principal_id = ?', filter.principal)
      .where('principal_kind = ?', filter.kind)
      .page<KeyRow>(tx, keyset);
    return found.map(keyOf);
  }

  /** Keys that somebody may use now. */
  async usable(tx: Transaction, now: Date): Promise<ApiKey[]> {
    const found = await rows<KeyRow>(
      tx,
      `${keyColumns} where revoked_at is null and (expires_at is null or expires_at > $1) order by key_id`,
      [now],
    );
    return found.map(keyOf);
  }

  /** Is there a way left for an admin to come in, sessions aside? */
  async hasAdmin(tx: Transaction, now: Date): Promise<boolean> {
    const found = await row(
      tx,
      `select 1 from api_keys k where k.revoked_at is null and (k.expires_at is null or k.expires_at > $1) and k.kind <> 'session'
       and case k.principal_kind
         when 'machine' then 'admin' = any (k.scope)
         else (k.scope is null or 'admin' = any (k.scope))
           and exists (select 1 from role_grants g where g.person_id = k.principal_id and g.role = 'admin') end
       limit 1`,
      [now],
    );
    return found !== undefined;
  }

  /** Takes away sessions that ended before `before`; their ids. */
  async removeSessions(tx: Transaction, before: Date, limit: number): Promise<string[]> {
    const found = await rows<{ key_id: string }>(
      tx,
      `delete from api_keys where key_id in (select key_id from api_keys where kind = 'session' and coalesce(revoked_at, expires_at) < $1 limit ${limit})
       returning key_id`,
      [before],
    );
    return found.map((each) => each.key_id);
  }

  async removeLinks(tx: Transaction, before: Date): Promise<void> {
    await rows(tx, `delete from login_links where expires_at < $1`, [before]);
  }

  async putKey(tx: Transaction, key: ApiKey, by: Actor): Promise<void> {
    await rows(
      tx,
      `insert into api_keys (key_id, sha256, name, kind, project, principal_kind, principal_id, principal_name, scope, created_at, created_by, expires_at,
         opened_with, revoked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict (key_id) do update set sha256 = excluded.sha256, principal_name = excluded.principal_name, scope = excluded.scope,
         expires_at = excluded.expires_at, revoked_at = excluded.revoked_at`,
      [
        key.keyId,
        key.sha256,
        key.name,
        key.kind,
        key.project,
        key.principal.kind,
        key.principal.id,
        key.principal.name,
        key.scope ?? null,
        key.createdAt,
        json(by),
        key.expiresAt ?? null,
        key.openedWith ?? null,
        key.revokedAt ?? null,
      ],
    );
  }

  /** Revokes a key and the sessions that were opened with it; the ids of those that were still valid. */
  async revokeKey(tx: Transaction, keyId: string, now: Date): Promise<string[]> {
    const found = await rows<{ key_id: string }>(
      tx,
      `update api_keys set revoked_at = $2 where (key_id = $1 or opened_with = $1) and revoked_at is null returning key_id`,
      [keyId, now],
    );
    return found.map((each) => each.key_id);
  }

  async addLink(tx: Transaction, link: LoginLink, by: Actor, now: Date): Promise<void> {
    await rows(tx, `insert into login_links (id, sha256, person_id, created_at, created_by, expires_at) values ($1, $2, $3, $4, $5, $6)`, [
      link.id,
      link.sha256,
      link.personId,
      now,
      json(by),
      link.expiresAt,
    ]);
  }

  async link(tx: Transaction, id: string): Promise<LoginLink | undefined> {
    const found = await row<{ id: string; sha256: string; person_id: string; expires_at: Date }>(
      tx,
      `select id, sha256, person_id, expires_at from login_links where id = $1`,
      [id],
    );
    return found === undefined ? undefined : { id: found.id, sha256: found.sha256, personId: found.person_id, expiresAt: found.expires_at };
  }

  /** Takes a link once: of two that try at the same moment, one gets true. */
  async useLink(tx: Transaction, id: string, now: Date): Promise<boolean> {
    const used = await rows(tx, `update login_links set used_at = $2 where id = $1 and used_at is null and expires_at > $2 returning id`, [
      id,
      now,
    ]);
    return used.length === 1;
  }
}
