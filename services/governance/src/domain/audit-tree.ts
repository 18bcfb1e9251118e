import { Frontier, type Hash, leafHash, sameHash } from '@drawbridge/audit';
import { type AuditEntry, auditText } from './audit-entry.js';

/** The RFC 6962 leaf hash of an entry's canonical text. */
export function leafOf(entry: AuditEntry): Hash {
  return leafHash(auditText(entry));
}

/** An entry as it was found, with the hashes that stand beside it. */
export interface FoundEntry {
  readonly entry: AuditEntry;
  readonly leafHash: Hash;
  readonly rootHash: Hash;
}

export interface Fault {
  readonly index: number;
  readonly why: string;
}

/**
 * Recomputes the log entry by entry, in order. It stops believing at the first entry that is missing, whose content does not match its leaf
 * hash, or after which the tree has another root than was written then.
 */
export class LogCheck {
  private readonly range = Frontier.empty();
  private found: Fault | undefined;

  get checked(): number {
    return this.range.size;
  }

  get fault(): Fault | undefined {
    return this.found;
  }

  /** False once a fault is found. */
  add({ entry, leafHash: written, rootHash }: FoundEntry): boolean {
    if (this.found !== undefined) return false;
    const expected = this.range.size;
    if (entry.index !== expected) {
      const last = entry.index - 1;
      const why = expected === last ? `entry ${expected} is missing` : `entries ${expected} to ${last} are missing`;
      return this.fail(expected, why);
    }
    const leaf = leafOf(entry);
    if (!sameHash(leaf, written)) return this.fail(expected, `entry ${expected} was altered: its content does not match its leaf hash`);
    this.range.append(leaf);
    if (!sameHash(this.range.root(), rootHash)) {
      return this.fail(expected, `entry ${expected} was altered: the tree that ends with it has another root than was written with it`);
    }
    return true;
  }

  /** What is wrong at the end, given the head that was kept beside the entries. */
  finish(head: { readonly size: number; readonly rootHash: Hash } | undefined): { rootHash: Hash; fault?: Fault } {
    const rootHash = this.range.root();
    const size = head?.size ?? 0;
    if (this.found === undefined && this.range.size < size) {
      const last = size - 1;
      const first = this.range.size;
      this.fail(first, first === last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`);
    } else if (this.found === undefined && this.range.size > size) {
      this.fail(size, `the head knows ${size} entries, there are ${this.range.size}`);
    } else if (this.found === undefined && head !== undefined && !sameHash(head.rootHash, rootHash)) {
      this.fail(Math.max(0, size - 1), 'the head has another root than its entries');
    }
    return { rootHash, ...(this.found === undefined ? {} : { fault: this.found }) };
  }

  private fail(index: number, why: string): false {
    this.found = { index, why };
    return false;
  }
}
