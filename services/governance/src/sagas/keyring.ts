import { randomBytes } from 'node:crypto';
import type { Actor } from '@drawbridge/contracts';
import { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { conflict, hashKey, invalid, keyIdOf, keyMatches, notFound, ProblemError, systemActor } from '@drawbridge/service';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { type ApiKey, linkIdOf, type PrincipalRef, refusedKey, rolesOf, unsuitableRole } from '../domain/access.js';
import { AccessStore, type Person } from '../persistence/access.store.js';
import { Database } from '../persistence/database.js';
import { Announcer } from './announcer.js';

/** A key with its text, which exists in this answer only. */
export interface NewKey {
  readonly key: ApiKey;
  readonly text: string;
  readonly roles: readonly string[];
}

export interface KeyOrder {
  readonly project: string;
  readonly name: string;
  readonly personId?: string;
  /** Of a machine: its stable name. */
  readonly machine?: string;
  readonly roles?: readonly string[];
  readonly expiresAt?: Date;
}

const system = systemActor('governance');

/** How long an ended session stays visible. */
const keptMs = 86_400_000;

const sessionsOf = 'sessions can only be opened with a key or a login link';

/** Persons, roles, keys, sessions. Every change is announced as the key's new state and told to the audit log, in one transaction. */
@Injectable()
export class Keyring {
  constructor(
    private readonly access: AccessStore,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly announcer: Announcer,
  ) {}

  addPerson(order: { id?: string; project: string; name: string; roles: readonly string[] }, by: Actor, now: Date): Promise<Person> {
    suitable('person', order.roles);
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const id = order.id ?? uuid();
      const added = await this.access.addPerson(tx, { id, project: order.project, name: order.name, createdAt: now }, by);
      if (!added) throw conflict('DBR-PERSON-EXISTS', `There is already a person "${id}".`, 'Choose another id, or leave it out.');
      await this.access.setRoles(tx, id, order.roles, by, now);
      await this.announcer.record(tx, { action: 'person.created', subject: `persons/${id}`, actor: by, details: { roles: order.roles } });
      return this.person(tx, id);
    });
  }

  setRoles(personId: string, roles: readonly string[], by: Actor, now: Date): Promise<Person> {
    suitable('person', roles);
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const before = await this.person(tx, personId);
      await this.access.setRoles(tx, personId, roles, by, now);
      const details = { before: before.roles, after: roles };
      await this.announcer.record(tx, { action: 'person.roles.changed', subject: `persons/${personId}`, actor: by, details });
      await this.keepAdmin(tx, before.roles.includes('admin'), now);
      for (const key of await this.access.keysOfPerson(tx, personId)) await this.announce(tx, key, by);
      return this.person(tx, personId);
    });
  }

  createKey(order: KeyOrder, by: Actor, now: Date): Promise<NewKey> {
    if (order.expiresAt !== undefined && order.expiresAt.getTime() <= now.getTime()) {
      throw invalid([{ field: 'expiresAt', message: 'must lie in the future' }]);
    }
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const { principal, scope } = await this.holder(tx, order);
      return this.issue(
        tx,
        { project: order.project, name: order.name, kind: 'key', principal, scope, expiresAt: order.expiresAt },
        by,
        now,
      );
    });
  }

  revokeKey(keyId: string, by: Actor, now: Date): Promise<void> {
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const key = await this.access.key(tx, keyId);
      if (key === undefined) throw notFound('key', keyId);
      if (key.revokedAt !== undefined) throw conflict('DBR-KEY-REVOKED', `The key ${keyId} was already revoked.`);
      await this.revoke(tx, keyId, 'key.revoked', by, now);
      await this.keepAdmin(tx, key.kind !== 'session', now);
    });
  }

  /** A token that lets a person in once. */
  createLink(personId: string, seconds: number, by: Actor, now: Date): Promise<{ token: string; expiresAt: Date; person: Person }> {
    return this.database.write(async (tx) => {
      const person = await this.person(tx, personId);
      const id = uuid();
      const token = `dbl_${id}_${randomBytes(32).toString('base64url')}`;
      const expiresAt = new Date(now.getTime() + seconds * 1_000);
      await this.access.addLink(tx, { id, sha256: hashKey(token), personId, expiresAt }, by, now);
      await this.announcer.record(tx, { action: 'login-link.created', subject: `persons/${personId}`, actor: by, details: { link: id } });
      return { token, expiresAt, person };
    });
  }

  /** Opens a session with a one-time token. */
  sessionByToken(token: string, seconds: number, now: Date): Promise<NewKey> {
    return this.database.write(async (tx) => {
      const id = linkIdOf(token);
      const link = id === undefined ? undefined : await this.access.link(tx, id);
      if (link === undefined || !keyMatches(token, link.sha256)) throw badLogin('This login link is not known.');
      await this.access.lock(tx);
      if (!(await this.access.useLink(tx, link.id, now))) throw badLogin('This login link was used already, or has expired.');
      const person = await this.person(tx, link.personId);
      const by: Actor = { type: 'person', id: person.id, name: person.name };
      const principal: PrincipalRef = { kind: 'person', id: person.id, name: person.name };
      const expiresAt = new Date(now.getTime() + seconds * 1_000);
      return this.issue(tx, { project: person.project, name: 'session', kind: 'session', principal, expiresAt }, by, now);
    });
  }

  /** Opens a session with a key; it carries what the key carries and ends with it. */
  sessionByKey(text: string, seconds: number, now: Date): Promise<NewKey> {
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const keyId = keyIdOf(text);
      const key = keyId === undefined ? undefined : await this.access.key(tx, keyId);
      if (key === undefined || !keyMatches(text, key.sha256)) throw badLogin('This key is not known.');
      const refused = refusedKey(key, now);
      if (refused !== undefined) throw badLogin(`This key was ${refused}.`);
      if (key.kind === 'session') throw badLogin(`This key belongs to a session; ${sessionsOf}.`);
      const { principal, scope, project, expiresAt: keyEnds } = key;
      const by: Actor = { type: principal.kind, id: principal.id, name: principal.name };
      const ends = new Date(now.getTime() + seconds * 1_000);
      const expiresAt = keyEnds !== undefined && keyEnds < ends ? keyEnds : ends;
      return this.issue(tx, { project, name: 'session', kind: 'session', principal, scope, expiresAt, openedWith: key.keyId }, by, now);
    });
  }

  endSession(keyId: string, by: Actor, now: Date): Promise<void> {
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const key = await this.access.key(tx, keyId);
      if (key?.kind !== 'session') {
        throw conflict(
          'DBR-NOT-A-SESSION',
          'This request did not come from a session.',
          'An admin revokes a key with DELETE /api/v1/keys/{keyId}.',
        );
      }
      await this.revoke(tx, keyId, 'session.ended', by, now);
    });
  }

  async rolesOf(tx: Transaction, key: ApiKey): Promise<string[]> {
    const granted = key.principal.kind === 'person' ? ((await this.access.person(tx, key.principal.id))?.roles ?? []) : [];
    return rolesOf(key, granted);
  }

  /** Puts the key's present state on `access.state`. */
  async announce(tx: Transaction, key: ApiKey, by: Actor): Promise<void> {
    await this.outbox.appendState(tx, {
      topic: 'access.state',
      aggregateType: 'keys',
      aggregateId: key.keyId,
      project: key.project,
      actor: by,
      data: {
        keyId: key.keyId,
        sha256: key.sha256,
        principal: { ...key.principal },
        roles: await this.rolesOf(tx, key),
        ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt.toISOString() }),
        ...(key.revokedAt === undefined ? {} : { revokedAt: key.revokedAt.toISOString() }),
      },
    });
  }

  /** Announces every key anew when the directory knows fewer than are usable; how many were announced. */
  announceMissing(known: number, now: Date): Promise<number> {
    return this.database.write(async (tx) => {
      await this.access.lock(tx);
      const keys = await this.access.usable(tx, now);
      if (known >= keys.length) return 0;
      for (const key of keys) await this.announce(tx, key, system);
      return keys.length;
    });
  }

  /** Forgets sessions and links that ended long ago, here and on `access.state`. */
  async forgetOld(now: Date): Promise<void> {
    const before = new Date(now.getTime() - keptMs);
    await this.database.write(async (tx) => {
      await this.access.removeLinks(tx, before);
      for (const keyId of await this.access.removeSessions(tx, before, 100)) {
        await this.outbox.tombstone(tx, { topic: 'access.state', aggregateType: 'keys', aggregateId: keyId });
      }
    });
  }

  /** Nobody may lock everybody out, not even by mistake. */
  private async keepAdmin(tx: Transaction, concerned: boolean, now: Date): Promise<void> {
    if (!concerned || (await this.access.hasAdmin(tx, now))) return;
    throw conflict('DBR-LAST-ADMIN', 'Nobody could administer this installation any more.', 'Give the role admin to another key first.');
  }

  private async person(tx: Transaction, id: string): Promise<Person> {
    const person = await this.access.person(tx, id);
    if (person === undefined) throw notFound('person', id);
    return person;
  }

  private async holder(tx: Transaction, order: KeyOrder): Promise<{ principal: PrincipalRef; scope?: readonly string[] }> {
    if (order.personId !== undefined) {
      const person = await this.person(tx, order.personId);
      const foreign = order.roles?.find((role) => !person.roles.includes(role));
      if (foreign !== undefined) throw invalid([{ field: 'roles', message: `${person.name} does not hold the role ${foreign}` }]);
      return {
        principal: { kind: 'person', id: person.id, name: person.name },
        ...(order.roles === undefined ? {} : { scope: order.roles }),
      };
    }
    const machine = order.machine;
    if (machine === undefined) throw invalid([{ field: 'person', message: 'give person (an id) or machine (a name)' }]);
    if (order.roles === undefined || order.roles.length === 0)
      throw invalid([{ field: 'roles', message: 'a machine needs at least one role' }]);
    suitable('machine', order.roles);
    return { principal: { kind: 'machine', id: machine, name: machine }, scope: order.roles };
  }

  private async issue(
    tx: Transaction,
    wanted: Pick<ApiKey, 'project' | 'name' | 'kind' | 'principal'> & {
      readonly scope?: readonly string[] | undefined;
      readonly expiresAt?: Date | undefined;
      readonly openedWith?: string;
    },
    by: Actor,
    now: Date,
  ): Promise<NewKey> {
    const keyId = randomBytes(8).toString('hex');
    const text = `db_${keyId}_${randomBytes(32).toString('base64url')}`;
    const { scope, expiresAt, ...rest } = wanted;
    const key: ApiKey = {
      ...rest,
      keyId,
      sha256: hashKey(text),
      createdAt: now,
      ...(scope === undefined ? {} : { scope }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    await this.access.putKey(tx, key, by);
    await this.announce(tx, key, by);
    const roles = await this.rolesOf(tx, key);
    const action = key.kind === 'session' ? 'session.opened' : 'key.created';
    const details = { principal: key.principal, roles, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) };
    await this.announcer.record(tx, { action, subject: `keys/${keyId}`, actor: by, details });
    return { key, text, roles };
  }

  private async revoke(tx: Transaction, keyId: string, action: string, by: Actor, now: Date): Promise<void> {
    for (const id of await this.access.revokeKey(tx, keyId, now)) {
      const revoked = await this.access.key(tx, id);
      if (revoked !== undefined) await this.announce(tx, revoked, by);
      await this.announcer.record(tx, { action: id === keyId ? action : 'session.ended', subject: `keys/${id}`, actor: by });
    }
  }
}

function suitable(kind: 'person' | 'machine', roles: readonly string[]): void {
  const why = unsuitableRole(kind, roles);
  if (why !== undefined) throw invalid([{ field: 'roles', message: why }]);
}

function badLogin(detail: string): ProblemError {
  return new ProblemError({ status: 401, code: 'DBR-LOGIN-REFUSED', detail, fix: 'Ask an admin for a new login link or key.' });
}
