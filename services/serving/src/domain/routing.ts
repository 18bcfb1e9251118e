import type { Target } from './endpoint-table.js';

/** Candidates come last, so that the share of a growing candidate grows from one end and nobody is moved back and forth. */
const ORDER: Readonly<Record<Target['variant'], number>> = { stable: 0, candidate: 1, shadow: 2 };

/**
 * The target of a request by the weights of its endpoint. The same prediction id always takes the same way as long as the
 * weights stay, on every replica. Undefined when no target has any weight.
 */
export function routeByWeight(targets: readonly Target[], predictionId: string): Target | undefined {
  const open = targets.filter((target) => target.weight > 0 && target.variant !== 'shadow').toSorted(byOrder);
  const total = open.reduce((sum, target) => sum + target.weight, 0);
  let point = unitHash(predictionId) * total;
  for (const target of open) {
    if (point < target.weight) return target;
    point -= target.weight;
  }
  return open.at(-1);
}

/** The target of a request that names its version, whatever its weight. */
export function routeByVersion(targets: readonly Target[], version: string): Target | undefined {
  return targets.find((target) => target.version === version);
}

function byOrder(a: Target, b: Target): number {
  return ORDER[a.variant] - ORDER[b.variant] || (a.version < b.version ? -1 : 1);
}

/** Evenly spread number in [0, 1) from a text: FNV-1a, then the finalizer of MurmurHash3, since similar ids must part. */
export function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
