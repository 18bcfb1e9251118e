import { grants } from '@drawbridge/contracts';
import { type AccessDirectory, keyIdOf, type Principal, type Refusal, withheldFrom } from '@drawbridge/service';

/** Why a tail ends, for its reader. */
export interface Ending {
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
}

const endings: Readonly<Record<Refusal | 'forbidden', Ending>> = {
  malformed: { code: 'DBR-AUTH-MALFORMED', detail: 'The key is none.', fix: 'Log in again.' },
  unknown: {
    code: 'DBR-AUTH-UNKNOWN',
    detail: 'The key or session is not known any more.',
    fix: 'Log in again, or ask an admin for a key.',
  },
  expired: { code: 'DBR-AUTH-EXPIRED', detail: 'The key or session has expired.', fix: 'Log in again, or ask an admin for a new key.' },
  revoked: {
    code: 'DBR-AUTH-REVOKED',
    detail: 'The key was revoked, or the session ended.',
    fix: 'Log in again, or ask an admin for a new key.',
  },
  forbidden: { code: 'DBR-FORBIDDEN', detail: 'The key may not read events any more.', fix: 'Ask an admin for a role that may.' },
};

/** Who reads a tail, as the directory knows him now: a key may end, and its roles may change, while the tail is open. */
export class TailReader {
  private principal: Principal | undefined;

  constructor(
    private readonly access: AccessDirectory,
    private readonly key: string,
  ) {
    this.look();
  }

  /** Asks the directory again. Undefined: he may go on. */
  look(): Ending | undefined {
    const found = this.access.authenticate(this.key);
    this.principal = found.ok ? found.principal : undefined;
    if (!found.ok) return endings[found.refusal];
    return grants(found.principal.roles, 'events.read') ? undefined : endings.forbidden;
  }

  /** Calls back when his key changed. Returns the way to stop. */
  watch(changed: () => void): () => void {
    const own = keyIdOf(this.key);
    return this.access.onChange((keyId) => {
      if (keyId === own) changed();
    });
  }

  maySee(topic: string): boolean {
    // Time alone ends a key that expires.
    if (this.principal?.expiresAt !== undefined) this.look();
    const { principal } = this;
    return principal !== undefined && grants(principal.roles, 'events.read') && !withheldFrom(principal).includes(topic);
  }
}
