import { type InferRequest, readInferRequest, type Tensor, type WireResponse, writeInferResponse } from '@drawbridge/inference';
import type { Endpoint, EndpointTable, Target } from '../domain/endpoint-table.js';
import { type Identity, identityOf, parameterOf } from '../domain/identity.js';
import type { LoggedCall } from '../domain/prediction.js';
import { clip, notServed, Refusal, wrongInput } from '../domain/refusal.js';
import { routeByVersion, routeByWeight } from '../domain/routing.js';
import { type InferenceQueue, QueueFull } from './inference-queue.js';
import type { ModelPool } from './model-pool.js';

/** One request to infer, as it came in. */
export interface InferCall {
  readonly model: string;
  readonly version?: string;
  /** Whose model is meant, when the caller says it outside the body. */
  readonly project?: string;
  /** Name or id of the endpoint, when the caller says it outside the body. */
  readonly endpoint?: string;
  readonly body: unknown;
  readonly mayBackdate: boolean;
  /** Of `performance.now()`. */
  readonly begun: number;
  readonly traceparent?: string;
  /** Set when the body could not even be read; then `body` is undefined. */
  readonly unreadable?: Refusal;
}

export interface InferenceOptions {
  readonly table: EndpointTable;
  readonly pool: ModelPool;
  readonly queue: InferenceQueue;
  readonly batchLimitRows: number;
  /** Receives every call of a known model, answered or refused. */
  record(call: LoggedCall): void;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** What is known of a request when it ends. */
interface Trail {
  readonly call: InferCall;
  readonly endpoint: Endpoint;
  readonly target: Target;
  readonly identity: Identity;
  request?: InferRequest;
}

/** From request to prediction: find the endpoint, choose the version, check the input, run the model, record the call. */
export class Inference {
  constructor(private readonly options: InferenceOptions) {}

  /** Throws a Refusal for every request that gets no prediction. */
  async answer(call: InferCall): Promise<WireResponse> {
    const endpoint = this.endpointOf(call);
    const { identity, refusal } = identityOf(call.body, call.mayBackdate, this.options.now(), this.options.newId);
    const target = targetOf(endpoint, call, identity.predictionId);
    const trail: Trail = { call, endpoint, target, identity };
    try {
      if (call.unreadable !== undefined) throw call.unreadable;
      if (refusal !== undefined) throw refusal;
      trail.request = this.read(call.body, target);
      const outputs = await this.run(endpoint, target, trail.request);
      const response = responseOf(trail, trail.request, outputs);
      this.record(trail, { outputs });
      return response;
    } catch (error) {
      const known = refusalOf(error);
      this.record(trail, { errorCode: known.code });
      throw known;
    }
  }

  private endpointOf(call: InferCall): Endpoint {
    const project = call.project ?? parameterOf(call.body, 'project') ?? 'default';
    const found = this.options.table.find(project, call.model, call.endpoint ?? parameterOf(call.body, 'endpoint'));
    switch (found.kind) {
      case 'found':
        return found.endpoint;
      case 'unknown-model':
        throw notServed(project, call.model);
      case 'unknown-endpoint':
        throw new Refusal(404, 'DBR-ENDPOINT-NOT-FOUND', `the model is served by ${found.endpoints.join(', ')} only`, {
          errors: [{ field: 'x-drawbridge-endpoint', message: `must be one of ${found.endpoints.join(', ')}` }],
        });
      case 'ambiguous':
        throw new Refusal(400, 'DBR-ENDPOINT-AMBIGUOUS', `several endpoints serve the model: ${found.endpoints.join(', ')}`, {
          errors: [{ field: 'x-drawbridge-endpoint', message: `must name one of ${found.endpoints.join(', ')}` }],
        });
    }
  }

  private read(body: unknown, target: Target): InferRequest {
    const parsed = readInferRequest(body, target.signature);
    if (!parsed.ok) throw wrongInput(parsed.errors);
    const { rows } = parsed.value;
    if (rows <= this.options.batchLimitRows) return parsed.value;
    throw wrongInput([{ field: 'inputs', message: `${rows} rows are more than the ${this.options.batchLimitRows} of one request` }]);
  }

  private async run(endpoint: Endpoint, target: Target, request: InferRequest): Promise<readonly Tensor[]> {
    const lease = this.options.pool.lease(endpoint, target);
    if ('reason' in lease) {
      throw new Refusal(503, 'DBR-MODEL-NOT-READY', `version ${target.version} is not ready: ${lease.reason}`, { retryAfterSeconds: 1 });
    }
    try {
      return await this.options.queue.run(() => lease.model.run(request.inputs));
    } finally {
      lease.release();
    }
  }

  private record(trail: Trail, result: Pick<LoggedCall, 'outputs' | 'errorCode'>): void {
    const { call, endpoint, target, identity, request } = trail;
    this.options.record({
      endpoint,
      target,
      identity,
      rows: request?.rows ?? 1,
      ...(request !== undefined && { inputs: request.inputs }),
      ...result,
      latencyMs: performance.now() - call.begun,
      ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
    });
  }
}

function targetOf(endpoint: Endpoint, call: InferCall, predictionId: string): Target {
  if (call.version !== undefined) {
    const named = routeByVersion(endpoint.targets, call.version);
    if (named !== undefined) return named;
    const versions = endpoint.targets.map((target) => target.version).join(', ');
    throw new Refusal(404, 'DBR-VERSION-NOT-SERVED', `version "${clip(call.version)}" is not served; ${versions} are`);
  }
  const routed = routeByWeight(endpoint.targets, predictionId);
  if (routed !== undefined) return routed;
  throw new Refusal(503, 'DBR-NO-TRAFFIC', 'no version of the endpoint has any traffic', { retryAfterSeconds: 5 });
}

function responseOf({ endpoint, target, identity }: Trail, request: InferRequest, outputs: readonly Tensor[]): WireResponse {
  return writeInferResponse(
    {
      modelName: endpoint.model,
      modelVersion: target.version,
      id: request.id ?? identity.predictionId,
      parameters: { prediction_id: identity.predictionId, endpoint: endpoint.endpoint, variant: target.variant },
      outputs,
    },
    request.outputs,
  );
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof QueueFull) {
    return new Refusal(429, 'DBR-OVERLOADED', 'too many requests wait for the model', { retryAfterSeconds: 1, cause: error });
  }
  if (error instanceof RangeError) return new Refusal(500, 'DBR-OUTPUT-INVALID', error.message, { cause: error });
  return new Refusal(500, 'DBR-INFERENCE-FAILED', 'the model failed on this input', { cause: error });
}
