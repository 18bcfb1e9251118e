import { expect, test } from '@jest/globals';
import { isEvent, violations } from '@drawbridge/contracts';
import { registeredEvent, STATE_VERSIONS, stateEvent, type Model, type Version } from '../src/domain/model.js';

const envelope = {
  id: '0192f0c4-0000-7000-8000-000000000000',
  time: '2026-11-23T07:00:00.120Z',
  project: 'default',
  source: '/drawbridge/main/registry/models/m-1',
  sequence: 1,
  actor: { type: 'person' as const, id: 'ann' },
};

const model: Model = {
  id: 'm-1',
  project: 'default',
  name: 'late',
  owner: 'ann',
  description: '',
  riskClass: 'high',
  tags: { team: 'ops' },
  aliases: { champion: '1' },
  versionCount: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

const smallest: Version = {
  id: 'v-1',
  project: 'default',
  modelId: 'm-1',
  model: 'late',
  version: '1',
  ordinal: 1,
  artifact: { sha256: 'a'.repeat(64), bytes: 10, format: 'onnx' },
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  },
  flavour: 'onnx',
  description: '',
  author: { type: 'person', id: 'ann', name: 'Ann' },
  metrics: {},
  parameters: {},
  datasets: [],
  tags: {},
  aliases: [],
  createdAt: new Date(0),
};

const fullest: Version = {
  ...smallest,
  baseline: { sha256: 'b'.repeat(64), bytes: 20 },
  signature: { ...smallest.signature, prediction: { task: 'binary', value: 'y', score: 'y', threshold: 0.5 } },
  metrics: { auc: 0.7 },
  parameters: { trees: '80' },
  datasets: [{ name: 'flights', digest: 'sha256:1', rows: 3, role: 'training' }],
  tags: { stage: 'trial' },
  runId: 'run-1',
  runUrl: 'https://runs.example/1',
  gitCommit: 'abcdef1',
  gitUrl: 'https://git.example/abcdef1',
};

test.each([
  ['the smallest version', smallest],
  ['a version with all its evidence', fullest],
])('model.registered of %s keeps the contract', (_, version) => {
  expect(violations('model.registered', { ...envelope, type: 'model.registered', ...registeredEvent(version, 'high') })).toEqual([]);
});

test('model.state keeps the contract and stays small for a model with many versions', () => {
  const many = Array.from({ length: 1000 }, (_, i): Version => ({ ...fullest, version: String(1000 - i) }));
  const crowded = {
    ...model,
    tags: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`tag-${i}`, 'ü'.repeat(5000)])),
    aliases: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`alias-${i}`, '1'])),
  };
  const state = stateEvent(crowded, many);
  expect(isEvent('model.state', { ...envelope, type: 'model.state', ...state })).toBe(true);
  expect(state.versions).toHaveLength(STATE_VERSIONS);
  expect(state.versions[0]!.version).toBe('1000');
  expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(256 * 1024 - 2000);
});
