import type { Evidence, EvidenceValue } from '../domain/evidence.js';

/** `open`: any key below it is a name that users choose, such as a metric's. */
type Shape = 'value' | 'open' | 'list' | { readonly [field: string]: Shape };

const actor = { type: 'value', id: 'value', name: 'value' } as const;

/** Every path a policy may name. A path that is not here is a typing mistake, found when the policy is published. */
const shape: { readonly [field: string]: Shape } = {
  action: 'value',
  environment: 'value',
  model: { id: 'value', name: 'value', owner: 'value', riskClass: 'value' },
  version: {
    version: 'value',
    author: actor,
    artifact: { sha256: 'value', bytes: 'value', format: 'value' },
    signature: { inputs: 'list', outputs: 'list', prediction: { task: 'value' } },
    flavour: 'value',
    runId: 'value',
    gitCommit: 'value',
    metrics: 'open',
    parameters: 'open',
    tags: 'open',
    datasets: 'list',
    baseline: { sha256: 'value', bytes: 'value' },
  },
  deployment: {
    id: 'value',
    endpoint: 'value',
    artifactSha256: 'value',
    requestedBy: actor,
    strategy: { kind: 'value', steps: 'list' },
  },
};

/** Why a path cannot exist; undefined when it can. */
export function impossiblePath(path: string): string | undefined {
  let at: Shape = shape;
  const seen: string[] = [];
  for (const part of path.split('.')) {
    if (at === 'open') return undefined;
    if (typeof at === 'string') return `${seen.join('.')} has no fields`;
    const next: Shape | undefined = Object.hasOwn(at, part) ? at[part] : undefined;
    if (next === undefined) {
      const known = Object.keys(at).join(', ');
      return seen.length === 0
        ? `"${part}" is not known; there are ${known}`
        : `"${part}" is not a field of ${seen.join('.')}; there are ${known}`;
    }
    seen.push(part);
    at = next;
  }
  return undefined;
}

const digest = 'a'.repeat(64);
const person: EvidenceValue = { type: 'person', id: 'person', name: 'Person' };

/** Evidence with everything in it: an expression that cannot be computed on this has a mistake of its own. */
export const fullEvidence: Evidence = {
  action: 'deployment.request',
  environment: 'production',
  model: { id: 'model', name: 'model', owner: 'owner', riskClass: 'medium' },
  version: {
    version: '1',
    author: person,
    artifact: { sha256: digest, bytes: 1000, format: 'onnx' },
    signature: {
      inputs: [{ name: 'input', datatype: 'FP32' }],
      outputs: [{ name: 'output', datatype: 'FP32' }],
      prediction: { task: 'binary' },
    },
    flavour: 'onnx',
    runId: 'run',
    gitCommit: digest.slice(0, 40),
    metrics: {},
    parameters: {},
    tags: {},
    datasets: [{ name: 'data', digest, rows: 1, role: 'training' }],
    baseline: { sha256: digest, bytes: 1000 },
  },
  deployment: {
    id: 'deployment',
    endpoint: 'endpoint',
    artifactSha256: digest,
    requestedBy: person,
    strategy: { kind: 'canary', steps: [{ weight: 10, windows: 1, minSamples: 1 }] },
  },
};

/** The sample with the keys that one expression asks for under open maps, as numbers or, failing that, as text. */
export function sampleWith(paths: readonly string[], value: number | string): Evidence {
  const version = { ...(fullEvidence['version'] as Record<string, EvidenceValue>) };
  for (const path of paths) {
    const [root, map, key] = path.split('.');
    if (root !== 'version' || map === undefined || key === undefined || shapeOfVersion(map) !== 'open') continue;
    version[map] = { ...(version[map] as Record<string, EvidenceValue>), [key]: map === 'metrics' ? Number(value) || 1 : String(value) };
  }
  return { ...fullEvidence, version };
}

function shapeOfVersion(field: string): Shape | undefined {
  const version = shape['version'] as { readonly [field: string]: Shape };
  return Object.hasOwn(version, field) ? version[field] : undefined;
}
