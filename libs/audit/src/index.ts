export { fromHex, type Hash, leafHash, sameHash, toHex } from './hash.js';
export { consistencyProof, inclusionProof, type LeafSource, leavesOf, rootOf } from './tree.js';
export { verifyConsistency, verifyInclusion } from './verify.js';
export { Frontier, type FrontierState } from './frontier.js';
export { canonicalJson } from './canonical.js';
export { checkLog, type LogCheck, type StoredEntry } from './log-check.js';
