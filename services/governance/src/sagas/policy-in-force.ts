import type { PolicyInForce } from '../domain/policy.js';
import { readPolicy } from '../policies/policy-text.js';
import type { StoredPolicy } from '../persistence/policy.store.js';

/** A stored version, read again. It was linted when it was published, so that failing here is a bug, not a user's mistake. */
export function inForce(stored: StoredPolicy): PolicyInForce {
  const read = readPolicy(stored.yaml);
  if (!read.ok) {
    const [first] = read.findings;
    throw new Error(`policy ${stored.name}@${stored.version} can no longer be read: ${first?.field ?? ''} ${first?.message ?? ''}`);
  }
  return { id: stored.id, version: stored.version, digest: stored.digest, document: read.document };
}
