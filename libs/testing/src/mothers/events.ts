import type { EventMap, Topic } from '@drawbridge/contracts';
import type { EventData } from '../envelope.js';

const digest = 'a'.repeat(64);

type Part<T extends Topic> = Partial<EventData<T>>;

export function aModelCreated(part: Part<'model.created'> = {}): EventData<'model.created'> {
  return { modelId: 'model-1', model: 'credit-risk', owner: 'risk-team', description: 'Who pays back', riskClass: 'medium', ...part };
}

export function aModelRegistered(part: Part<'model.registered'> = {}): EventData<'model.registered'> {
  return {
    modelId: 'model-1',
    model: 'credit-risk',
    version: '1',
    artifact: { uri: `/api/v1/artifacts/${digest}`, sha256: digest, bytes: 1024, format: 'onnx' },
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      ],
      prediction: { task: 'binary', value: 'label', score: 'probabilities', scoreIndex: 1, threshold: 0.5 },
    },
    flavour: 'sklearn',
    author: { type: 'person', id: 'person-ada', name: 'Ada' },
    datasets: [{ name: 'loans', digest: `sha256:${digest}`, rows: 1000, role: 'training' }],
    metrics: { auc: 0.81 },
    parameters: { seed: '7' },
    ...part,
  };
}

export function aPrediction(part: Part<'prediction.logged'> = {}): EventData<'prediction.logged'> {
  return {
    predictionId: 'prediction-1',
    time: '2026-01-01T00:00:00.000Z',
    model: 'credit-risk',
    version: '1',
    features: { age: 41, income: 52_000, region: 'n' },
    output: { value: 'deny', scores: { deny: 0.81 } },
    status: 'ok',
    latencyMs: 12,
    ...part,
  };
}

export function aLabel(part: Part<'label.received'> = {}): EventData<'label.received'> {
  return { predictionId: 'prediction-1', value: 'deny', observedAt: '2026-01-02T00:00:00.000Z', ...part };
}

export function anAuditEntry(part: Part<'audit.recorded'> = {}): EventData<'audit.recorded'> {
  return { action: 'test.done', subject: 'tests/1', outcome: 'ok', ...part };
}

/** A complete value, envelope included, for code that takes decoded events. */
export function anEnvelope<T extends Topic>(topic: T, data: EventData<T>, part: Partial<EventMap[T]> = {}): EventMap[T] {
  return {
    id: '0192f0c4-0000-7000-8000-000000000001',
    type: topic,
    time: '2026-01-01T00:00:00.000Z',
    project: 'default',
    source: `/drawbridge/test/outside/${topic}/1`,
    actor: { type: 'machine', id: 'test' },
    ...data,
    ...part,
  } as unknown as EventMap[T];
}
