import { createHash } from 'node:crypto';
import type { RegisterVersion } from '@drawbridge/contracts';

/**
 * The smallest model that can be right or wrong: ONNX, opset 13, one node, score = Sigmoid(x), float [n, 1] to float [n, 1].
 * Built in, so that an installation can prove itself without a network or a file.
 */
export const checkModel = Buffer.from(
  'CAgSCmRyYXdicmlkZ2U6VQocCgF4EgVzY29yZRoHc2lnbW9pZCIHU2lnbW9pZBIFY2hlY2taFAoBeBIPCg0IARIJCgMSAW4KAggBYhgKBXNjb3JlEg8KDQgBEgkKAxIBbgoCCAFCBAoAEA0=',
  'base64',
);

export const checkNames = { project: 'platform', model: 'drawbridge-check', version: '1', endpoint: 'drawbridge-check' } as const;

/** What the registry is told of it. */
export const checkVersion: RegisterVersion = {
  version: checkNames.version,
  artifact: { sha256: createHash('sha256').update(checkModel).digest('hex'), format: 'onnx' },
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
    prediction: { task: 'regression', value: 'score' },
  },
  flavour: 'onnx',
  description: 'Registered by the self-check of the start command.',
};

/** What the model answers to 2. */
export const checkAnswer = { input: 2, output: 1 / (1 + Math.exp(-2)), tolerance: 1e-6 } as const;
