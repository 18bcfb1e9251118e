import { createHash } from 'node:crypto';
import { type BaselineDocument, buildBaseline } from '@drawbridge/drift';
import { anEvent, type EventData } from '@drawbridge/testing';
import { Dice } from './dice.js';

/** The models of the load. The first is hot: its rows come over all partitions, as every model's do. */
export const models = [
  { name: 'hot', share: 0.6 },
  { name: 'warm', share: 0.2 },
  { name: 'mild', share: 0.1 },
  { name: 'cool', share: 0.1 },
] as const;
export type ModelName = (typeof models)[number]['name'];

/** Event time of the load's first row; the past, so that nothing depends on the day of the run. */
export const T0 = Date.UTC(2026, 0, 5);
export const timing = { windowMs: 60_000, latenessMs: 10_000, horizonMs: 300_000 } as const;

const REGIONS = ['north', 'south', 'east', 'west'];

export interface Values {
  readonly age: number;
  readonly region: string;
  readonly score: number;
}

/** One row of the world that the reference comes from; `shift` moves the age by so many standard deviations. */
export function draw(dice: Dice, shift = 0): Values {
  const normal = (dice.uniform() + dice.uniform() + dice.uniform() + dice.uniform() - 2) * Math.sqrt(3);
  const age = Math.round((40 + 7 * (normal + shift)) * 100) / 100;
  return { age, region: dice.pick(REGIONS), score: Math.min(0.999, Math.max(0.001, age / 100)) };
}

export interface Reference {
  readonly document: BaselineDocument;
  readonly bytes: Buffer;
  readonly sha256: string;
}

export function reference(): Reference {
  const dice = new Dice(1);
  const sample = Array.from({ length: 20_000 }, () => draw(dice));
  const document = buildBaseline({
    features: [
      { name: 'age', kind: 'numeric' },
      { name: 'region', kind: 'categorical' },
    ],
    columns: { age: sample.map((row) => row.age), region: sample.map((row) => row.region) },
    prediction: { spec: { name: 'score', kind: 'numeric' }, values: sample.map((row) => row.score) },
  });
  const bytes = Buffer.from(JSON.stringify(document));
  return { document, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Makes the monitor of a model, as its deployment would. */
export function deploymentOf(model: ModelName, { sha256, bytes }: Reference): ReturnType<typeof anEvent> {
  const data: EventData<'deployment.started'> = {
    deploymentId: `dep-${model}`,
    endpointId: `endpoint-${model}`,
    endpoint: model,
    modelId: `model-${model}`,
    model,
    version: '1',
    environment: 'production',
    from: null,
    to: { version: '1', artifactSha256: 'a'.repeat(64) },
    strategy: { kind: 'direct', steps: [] },
    baselineRef: { uri: '/reference', sha256, bytes: bytes.length },
    monitoring: {
      windowSeconds: timing.windowMs / 1000,
      latenessSeconds: timing.latenessMs / 1000,
      horizonSeconds: timing.horizonMs / 1000,
      idleSeconds: 1,
      // Far above chance and far below the shift, so that what must be detected follows from the load alone.
      materiality: 0.2,
      minRows: 50,
      quietWindows: 2,
      keepRate: 0.02,
    },
  };
  const source = `/drawbridge/test/deployment/deployments/${data.deploymentId}`;
  return anEvent('deployment.started', data, { key: data.deploymentId, source, sequence: 1 });
}
