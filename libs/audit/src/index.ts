export { CompactRange, emptyRoot, leafHash, merkleRoot, nodeHash } from './merkle.js';
