import type { Role } from '@drawbridge/contracts';

export type PrincipalKind = 'person' | 'machine';

export interface PrincipalRef {
  readonly kind: PrincipalKind;
  readonly id: string;
  readonly name: string;
}

/** A stored key. Only the hash of the whole key text is kept. */
export interface ApiKey {
  readonly keyId: string;
  readonly sha256: string;
  readonly name: string;
  readonly kind: 'key' | 'session' | 'bootstrap';
  readonly principal: PrincipalRef;
  /** A machine's roles, or the part of a person's roles that this key carries; undefined carries all of them. */
  readonly scope?: readonly string[];
  readonly project: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
  /** Of a session: the key it was opened with. It ends with that key. */
  readonly openedWith?: string;
}

/** What the key may do now: a person's key never carries more than the person holds at this moment. */
export function rolesOf(key: Pick<ApiKey, 'principal' | 'scope'>, granted: readonly string[]): string[] {
  if (key.principal.kind === 'machine') return [...(key.scope ?? [])];
  return key.scope === undefined ? [...granted] : granted.filter((role) => key.scope?.includes(role) === true);
}

/** Roles that only make sense for machines, or only for persons: a machine decides nothing and a person is no service. */
const machineOnly: readonly Role[] = ['service'];
const personOnly: readonly Role[] = ['approver'];

/** Why these roles cannot be given; undefined when they can. */
export function unsuitableRole(kind: PrincipalKind, wanted: readonly string[]): string | undefined {
  const barred: readonly string[] = kind === 'person' ? machineOnly : personOnly;
  const bad = wanted.find((role) => barred.includes(role));
  return bad === undefined ? undefined : `a ${kind} cannot hold the role ${bad}`;
}

/** May the key be used now? The reason when it may not. */
export function refusedKey(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): string | undefined {
  if (key.revokedAt !== undefined) return `revoked at ${key.revokedAt.toISOString()}`;
  if (key.expiresAt !== undefined && key.expiresAt.getTime() <= now.getTime()) return `expired at ${key.expiresAt.toISOString()}`;
  return undefined;
}

const linkPattern = /^dbl_([0-9a-f-]{36})_[0-9A-Za-z_-]{20,128}$/;

/** The id inside a one-time login token. */
export function linkIdOf(token: string): string | undefined {
  return linkPattern.exec(token)?.[1];
}
