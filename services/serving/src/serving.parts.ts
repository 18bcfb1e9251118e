import { join } from 'node:path';
import type { EventLog } from '@drawbridge/kafka';
import type { LifecycleStep, PeerClient, ReadinessCheck } from '@drawbridge/service';
import type { Logger } from '@drawbridge/telemetry';
import { v7 as uuidv7 } from 'uuid';
import type { ServingConfig } from './config.js';
import { type Endpoint, EndpointTable, type Target } from './domain/endpoint-table.js';
import type { LoggedCall } from './domain/prediction.js';
import { EndpointFollower } from './events/endpoint-follower.js';
import { PredictionLog } from './events/prediction-log.js';
import { ArtifactCache, WrongBytes } from './runtime/artifact-cache.js';
import { Inference } from './runtime/inference.js';
import { InferenceQueue } from './runtime/inference-queue.js';
import { ModelPool, type ModelStatus } from './runtime/model-pool.js';
import { loadOnnx, ModelUnusable } from './runtime/onnx-model.js';
import { ServingMetrics } from './runtime/serving-metrics.js';

/** How long predictions may still be written when the process stops. */
const LAST_FLUSH_MS = 3000;

/** Everything of this service that is no framework, put together. */
export class ServingParts {
  readonly table = new EndpointTable();
  readonly metrics = new ServingMetrics();
  readonly cache: ArtifactCache;
  readonly pool: ModelPool;
  readonly predictions: PredictionLog;
  readonly follower: EndpointFollower;
  readonly inference: Inference;
  private settled = false;

  constructor(config: ServingConfig, eventLog: EventLog, peers: PeerClient, log: Logger) {
    this.cache = new ArtifactCache(
      join(config.dataDir, 'serving', 'artifacts'),
      config.cacheLimitBytes,
      (sha256) => peers.getBytes('registry', `/api/v1/artifacts/${sha256}`),
      log,
    );
    this.pool = new ModelPool({
      load: (target) => this.load(target),
      isUnusable: (error) => error instanceof ModelUnusable || error instanceof WrongBytes,
      log,
    });
    this.predictions = new PredictionLog({
      produce: (messages) => eventLog.produce(messages),
      log,
      limitRows: config.eventQueueRows,
      lingerMs: config.eventLingerMs,
      onDropped: (reason, rows) => this.metrics.dropped.inc({ reason }, rows),
    });
    this.follower = new EndpointFollower(eventLog, this.table, () => this.follow(), log);
    this.inference = new Inference({
      table: this.table,
      pool: this.pool,
      queue: new InferenceQueue(config.queueLength),
      batchLimitRows: config.batchLimitRows,
      record: (call) => this.record(call),
      now: () => new Date(),
      newId: uuidv7,
    });
  }

  /** True when the endpoints are known and each of their models has been tried once. */
  get ready(): boolean {
    return this.follower.caughtUp && this.settled;
  }

  /** A model that cannot be loaded is listed, but does not take the others away from their callers. */
  readonly check: ReadinessCheck = {
    name: 'models',
    check: () => {
      const statuses = this.countModels();
      const failed = statuses.filter((status) => status.state === 'failed');
      const failures = failed.map(({ project, model, version, reason }) => `${project}/${model} ${version}: ${reason ?? ''}`);
      const summary = `${statuses.length - failed.length} of ${statuses.length} models are not failing`;
      return { ok: this.ready, detail: failures.length === 0 ? summary : `${summary}; ${failures.join('; ')}` };
    },
  };

  steps(): LifecycleStep[] {
    return [
      { name: 'model cache', start: () => this.cache.open(), stop: () => this.pool.close() },
      { name: 'prediction log', start: async () => undefined, stop: () => this.predictions.stop(LAST_FLUSH_MS) },
      { name: 'endpoints', start: () => this.follower.start(), stop: () => this.follower.stop() },
    ];
  }

  private async load(target: Target) {
    return loadOnnx(await this.cache.get(target.artifact.sha256), target.signature);
  }

  private follow(): void {
    this.pool.want(this.table.all().flatMap((endpoint) => endpoint.targets.map((target) => ({ ...named(endpoint), target }))));
    void this.pool.settled().then(() => {
      this.settled = true;
      this.countModels();
    });
  }

  /** A model may come up by a later try, so the gauge is set whenever somebody looks. */
  private countModels(): readonly ModelStatus[] {
    const statuses = this.pool.statuses();
    for (const state of ['loading', 'ready', 'failed'] as const) {
      this.metrics.models.set({ state }, statuses.filter((status) => status.state === state).length);
    }
    return statuses;
  }

  private record(call: LoggedCall): void {
    const labels = { model: call.endpoint.model, version: call.target.version };
    if (call.errorCode === undefined) {
      this.metrics.duration.observe(labels, call.latencyMs / 1000);
      this.metrics.rows.inc(labels, call.rows);
    } else this.metrics.failures.inc({ ...labels, code: call.errorCode });
    this.predictions.offer(call);
    this.metrics.waitingEvents.set(this.predictions.waitingRows);
  }
}

function named({ project, model }: Endpoint): { project: string; model: string } {
  return { project, model };
}
