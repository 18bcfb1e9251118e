import type { EndpointState, Signature } from '@drawbridge/contracts';
import type { Endpoint, Target } from '../src/domain/endpoint-table.js';

/** Signature of the models scorer-v1 and scorer-v2. */
export const scorerSignature: Signature = {
  inputs: [
    { name: 'amount', datatype: 'FP32', shape: [-1, 1] },
    { name: 'country', datatype: 'BYTES', shape: [-1, 1] },
  ],
  outputs: [
    { name: 'score', datatype: 'FP32', shape: [-1, 1] },
    { name: 'label', datatype: 'INT64', shape: [-1, 1] },
  ],
  prediction: { task: 'binary', value: 'label', score: 'score' },
};

export function aTarget(change: Partial<Target> = {}): Target {
  return {
    version: '1',
    weight: 100,
    variant: 'stable',
    deploymentId: 'd-1',
    artifact: { uri: '/api/v1/artifacts/x', sha256: 'a'.repeat(64), bytes: 1, format: 'onnx' },
    signature: scorerSignature,
    ...change,
  };
}

export function anEndpoint(change: Partial<EndpointState> = {}): Endpoint {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    type: 'endpoint.state',
    time: '2026-11-23T00:00:00.000Z',
    project: 'default',
    source: '/drawbridge/test/deployment/endpoints/e-1',
    sequence: 1,
    actor: { type: 'machine', id: 'test' },
    endpointId: 'e-1',
    endpoint: 'scoring',
    environment: 'production',
    modelId: 'm-1',
    model: 'scorer',
    targets: [aTarget()],
    ...change,
  };
}
