import { Frontier } from './frontier.js';
import { type Hash, leafHash, sameHash, toHex } from './hash.js';

/** One stored entry of a log: its position, the bytes that were logged, and the leaf hash stored beside them. */
export interface StoredEntry {
  readonly index: number;
  readonly data: Uint8Array | string;
  readonly leaf: Hash;
}

export type LogCheck =
  | { readonly ok: true; readonly size: number; readonly root: string }
  | { readonly ok: false; readonly index: number; readonly reason: 'altered' | 'missing' | 'root'; readonly detail: string };

/**
 * Walks a log in order and rebuilds its root: the whole check an auditor needs, in one pass and constant memory.
 * Names the first entry that was altered or is missing. Without a known root it checks the entries only.
 */
export function checkLog(entries: Iterable<StoredEntry>, known?: { size: number; root: Hash }): LogCheck {
  const frontier = Frontier.empty();
  for (const { index, data, leaf } of entries) {
    if (index !== frontier.size) {
      return { ok: false, index: frontier.size, reason: 'missing', detail: `entry ${frontier.size} is missing: ${index} follows` };
    }
    const computed = leafHash(data);
    if (!sameHash(computed, leaf)) {
      const detail = `entry ${index} was altered: its hash is ${toHex(computed)}, stored is ${toHex(leaf)}`;
      return { ok: false, index, reason: 'altered', detail };
    }
    frontier.append(computed);
    if (known !== undefined && frontier.size === known.size && !sameHash(frontier.root(), known.root)) {
      const detail = `the root over ${known.size} entries is ${toHex(frontier.root())}, the checkpoint says ${toHex(known.root)}`;
      return { ok: false, index, reason: 'root', detail };
    }
  }
  if (known !== undefined && frontier.size < known.size) {
    const detail = `the log ends after ${frontier.size} entries, the checkpoint covers ${known.size}`;
    return { ok: false, index: frontier.size, reason: 'missing', detail };
  }
  return { ok: true, size: frontier.size, root: toHex(frontier.root()) };
}
