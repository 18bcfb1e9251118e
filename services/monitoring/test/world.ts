import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventData } from '@drawbridge/testing';
import { anEvent, eventually, type Sandbox } from '@drawbridge/testing';
import { type BaselineDocument, buildBaseline } from '@drawbridge/drift';
import { byteRanges, type RecordBatch } from '@drawbridge/kafka';

/** Numbers that look random and are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const REGIONS = ['north', 'south', 'east', 'west'];

export interface Row {
  readonly age: number;
  readonly region: string;
  readonly score: number;
}

/** A row of the world the reference sample comes from; `shift` moves the age, `region` forces a region. */
export function aRow(random: () => number, shift = 0): Row {
  const normal = random() + random() + random() + random() - 2;
  const age = 40 + 12 * (normal + shift);
  return {
    age: Math.round(age * 100) / 100,
    region: REGIONS[Math.floor(random() * REGIONS.length)]!,
    score: Math.min(0.999, Math.max(0.001, age / 100)),
  };
}

export function aBaseline(rows = 20_000): { document: BaselineDocument; bytes: Buffer; sha256: string } {
  const random = seeded(1);
  const sample = Array.from({ length: rows }, () => aRow(random));
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

/** A batch as the consumer hands it over, of one partition from its first offset on. */
export function batchOf(values: readonly Buffer[]): RecordBatch {
  const ranges = byteRanges(values);
  const part = {
    topic: 'prediction.logged',
    partition: 0,
    firstOffset: 0n,
    nextOffset: BigInt(values.length),
    highWatermark: BigInt(values.length),
    count: values.length,
    values: ranges,
    offsets: Float64Array.from(values, (_, index) => index),
    value: (index: number) => values[index]!,
  };
  return part as unknown as RecordBatch;
}

/** Stands in for the registry: serves one document by its digest, after a while. */
export async function aRegistry(bytes: Buffer, afterMs = 0): Promise<{ url: string; server: Server }> {
  const server = createServer((_request, response) => {
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(bytes), afterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

export function aDeploymentStarted(part: Partial<EventData<'deployment.started'>> = {}): EventData<'deployment.started'> {
  return {
    deploymentId: 'dep-1',
    endpointId: 'endpoint-1',
    endpoint: 'risk',
    modelId: 'model-1',
    model: 'credit-risk',
    version: '1',
    environment: 'production',
    from: null,
    to: { version: '1', artifactSha256: 'a'.repeat(64) },
    strategy: { kind: 'direct', steps: [] },
    monitoring: { windowSeconds: 60, latenessSeconds: 10, idleSeconds: 0.5, materiality: 0.02, minRows: 100, quietWindows: 2 },
    ...part,
  };
}

export const T0 = Date.UTC(2026, 0, 5);

export interface PredictionPart {
  readonly id: string;
  readonly timeMs: number;
  readonly row: Row;
  readonly version?: string;
  readonly model?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export function predictionMessage({ id, timeMs, row, version = '1', model = 'credit-risk', extra = {} }: PredictionPart) {
  return {
    topic: 'prediction.logged',
    key: id,
    value: JSON.stringify({
      predictionId: id,
      time: new Date(timeMs).toISOString(),
      model,
      version,
      endpoint: 'risk',
      features: { age: row.age, region: row.region },
      output: { score: row.score, value: row.score >= 0.5 ? 1 : 0 },
      latencyMs: 5 + row.score * 10,
      status: 'ok',
      ...extra,
    }),
    headers: { 'content-type': 'application/json', traceparent: `00-${createHash('md5').update(id).digest('hex')}-00f067aa0ba902b7-01` },
  };
}

/** Settings that make the service quick enough for tests. */
export const QUICK = {
  DRAWBRIDGE_MONITORING_TICK: '100ms',
  DRAWBRIDGE_MONITORING_FLUSH_INTERVAL: '100ms',
  DRAWBRIDGE_MONITORING_EVALUATE_INTERVAL: '200ms',
};

/** Repeats assertions until they hold. */
export async function settled(what: string, assertions: () => Promise<void>, timeoutMs?: number): Promise<void> {
  await eventually(
    what,
    async () => {
      await assertions();
      return true;
    },
    timeoutMs,
  );
}

export async function openMonitor(box: Sandbox, part: Partial<EventData<'deployment.started'>> = {}): Promise<string> {
  const data = aDeploymentStarted(part);
  const event = anEvent('deployment.started', data, {
    key: data.deploymentId,
    source: `/drawbridge/test/deployment/deployments/${data.deploymentId}`,
    sequence: 1,
  });
  await box.eventLog().produce([event]);
  return event.id;
}
