import { type AccessState, violations } from '@drawbridge/contracts';
import type { EventLog, Following, KafkaMessage } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import { keyIdOf, keyMatches } from './api-key.js';
import type { Principal } from './principal.js';

export type Refusal = 'malformed' | 'unknown' | 'expired' | 'revoked';

export type Authentication = { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Who may come in, as governance published it. Holds every key's hash and roles in memory, so that a request costs no
 * call; follows `access.state` from its beginning and stays current.
 */
export class AccessDirectory {
  private readonly keys = new Map<string, AccessState>();
  private readonly listeners = new Set<(keyId: string) => void>();
  private following: Following | undefined;
  private complete = false;

  constructor(
    private readonly eventLog: EventLog,
    private readonly log: Logger,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Begins to follow; `caughtUp` says when the directory is complete. */
  async start(): Promise<void> {
    this.following = await this.eventLog.follow({ topics: ['access.state'], onMessage: (message) => this.apply(message) });
    void this.following.caughtUp.then(
      () => {
        this.complete = true;
      },
      (error: unknown) => this.log.error('the access directory cannot be read', { error }),
    );
  }

  async stop(): Promise<void> {
    await this.following?.stop();
    this.following = undefined;
  }

  get caughtUp(): boolean {
    return this.complete;
  }

  /** Keys that are known, expired and revoked ones included. */
  get size(): number {
    return this.keys.size;
  }

  /** Tells of every key whose document changed, for whoever keeps a caller for longer than a request. Returns the way to stop. */
  onChange(listener: (keyId: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  authenticate(key: string): Authentication {
    const keyId = keyIdOf(key);
    if (keyId === undefined) return { ok: false, refusal: 'malformed' };
    const state = this.keys.get(keyId);
    if (!keyMatches(key, state?.sha256) || state === undefined) return { ok: false, refusal: 'unknown' };
    if (state.revokedAt !== undefined && Date.parse(state.revokedAt) <= this.now().getTime()) return { ok: false, refusal: 'revoked' };
    if (state.expiresAt !== undefined && Date.parse(state.expiresAt) <= this.now().getTime()) return { ok: false, refusal: 'expired' };
    const { principal, roles, expiresAt } = state;
    return {
      ok: true,
      principal: { ...principal, roles, keyId, ...(expiresAt === undefined ? {} : { expiresAt }) },
    };
  }

  private apply(message: KafkaMessage): void {
    const keyId = message.key?.toString('utf8');
    if (message.value === null) {
      if (keyId !== undefined) {
        this.keys.delete(keyId);
        this.tell(keyId);
      }
      return;
    }
    let state: unknown;
    try {
      state = JSON.parse(message.value.toString('utf8'));
    } catch {
      state = undefined;
    }
    const wrong = violations('access.state', state);
    if (wrong.length > 0) {
      this.log.error('an access.state record breaks the contract and is ignored', {
        keyId,
        offset: String(message.offset),
        field: wrong[0]?.field,
      });
      return;
    }
    const access = state as AccessState;
    const known = this.keys.get(access.keyId);
    // A relay that woke up late may repeat an older document.
    if ((access.sequence ?? 0) < (known?.sequence ?? 0)) return;
    this.keys.set(access.keyId, access);
    this.tell(access.keyId);
  }

  private tell(keyId: string): void {
    for (const listener of this.listeners) listener(keyId);
  }
}
