import { grants } from '@drawbridge/contracts';
import { modelMetadata } from '@drawbridge/inference';
import { principalOf, ProblemError, type RouteAccess } from '@drawbridge/service';
import { currentTrace, type Logger } from '@drawbridge/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint, EndpointTable, Target } from '../domain/endpoint-table.js';
import { notServed, Refusal } from '../domain/refusal.js';
import { routeByVersion } from '../domain/routing.js';
import type { InferCall, Inference } from '../runtime/inference.js';
import type { ModelPool } from '../runtime/model-pool.js';
import { asRefusal, sendRefusal } from './oip-errors.js';

export interface OpenInferenceOptions {
  readonly inference: Inference;
  readonly table: EndpointTable;
  readonly pool: ModelPool;
  /** True when the endpoints are known and each of their models has been tried once. */
  isReady(): boolean;
  readonly log: Logger;
}

const SERVER = { name: 'drawbridge', version: '0.1.0', extensions: [] };
const PLATFORM = 'onnx_onnxv1';

const open: RouteAccess = { public: true };
const unlimited: RouteAccess = { public: true, unlimited: true };
const read: RouteAccess = { permission: 'models.read' };
const infer: RouteAccess = { permission: 'predictions.infer' };

interface ModelParams {
  readonly model: string;
  readonly version?: string;
}

/** The Open Inference Protocol v2 over REST. Registered on Fastify itself: the framework above it costs a third of a request. */
export async function openInference(scope: FastifyInstance, options: OpenInferenceOptions): Promise<void> {
  const { log } = options;
  scope.setErrorHandler((error, request, reply) => sendRefusal(asRefusal(error), request, reply, log));

  scope.get('/v2', { config: open }, () => SERVER);
  scope.get('/v2/health/live', { config: unlimited }, (_request, reply) => health(reply, true));
  scope.get('/v2/health/ready', { config: unlimited }, (_request, reply) => health(reply, options.isReady()));
  scope.get('/v2/models', { config: read }, (request) => {
    const project = header(request, 'x-drawbridge-project') ?? 'default';
    const models = options.table.models(project);
    return { models: models.map((name) => ({ name, versions: versionsOf(endpointOf(options.table, { project, model: name })) })) };
  });
  registerModelRoutes(scope, options);
  registerInfer(scope, options);
}

function registerModelRoutes(scope: FastifyInstance, { table, pool }: OpenInferenceOptions): void {
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    scope.get<{ Params: ModelParams }>(path, { config: read }, (request) => {
      const { endpoint, target } = chosen(table, request);
      return modelMetadata(endpoint.model, target.signature, PLATFORM, versionsOf(endpoint));
    });
    scope.get<{ Params: ModelParams }>(`${path}/ready`, { config: read }, (request, reply) => {
      const { endpoint, target } = chosen(table, request);
      const unready = pool.unready(endpoint, target);
      if (unready === undefined) return health(reply, true);
      // The protocol asks for the status only; the reason is for who decides what follows.
      throw new Refusal(400, unready.unusable ? 'DBR-MODEL-UNUSABLE' : 'DBR-MODEL-NOT-READY', unready.reason);
    });
  }
}

function registerInfer(scope: FastifyInstance, { inference, log }: OpenInferenceOptions): void {
  for (const url of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    scope.route<{ Params: ModelParams }>({
      method: 'POST',
      url,
      config: infer,
      // Infer answers 200, whatever framework defaults say of POST.
      handler: async (request, reply) => {
        const response = await inference.answer(callOf(request, request.body));
        return reply.code(200).type('application/json; charset=utf-8').send(JSON.stringify(response));
      },
      // A body that could not be read is a call of its model too, once its sender is known.
      errorHandler: (error, request, reply) => {
        const refusal = asRefusal(error);
        if (error instanceof Refusal || error instanceof ProblemError || principalOf(request) === undefined) {
          sendRefusal(refusal, request, reply, log);
          return;
        }
        const call: InferCall = { ...callOf(request as FastifyRequest<{ Params: ModelParams }>, undefined), unreadable: refusal };
        inference.answer(call).catch((known: unknown) => sendRefusal(asRefusal(known), request, reply, log));
      },
    });
  }
}

function callOf(request: FastifyRequest<{ Params: ModelParams }>, body: unknown): InferCall {
  const { model, version } = request.params;
  const project = header(request, 'x-drawbridge-project');
  const endpoint = header(request, 'x-drawbridge-endpoint');
  const traceparent = currentTrace()?.traceparent;
  return {
    model,
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(endpoint !== undefined && { endpoint }),
    body,
    mayBackdate: grants(principalOf(request)?.roles ?? [], 'predictions.backdate'),
    begun: performance.now(),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** The endpoint a metadata request means, and the version it names or the first stable one. */
function chosen(table: EndpointTable, request: FastifyRequest<{ Params: ModelParams }>): { endpoint: Endpoint; target: Target } {
  const { model, version } = request.params;
  const project = header(request, 'x-drawbridge-project') ?? 'default';
  const endpoint = endpointOf(table, { project, model, version, name: header(request, 'x-drawbridge-endpoint') });
  const target =
    version === undefined
      ? (endpoint.targets.find((each) => each.variant === 'stable') ?? endpoint.targets[0])
      : routeByVersion(endpoint.targets, version);
  if (target === undefined) throw new Refusal(404, 'DBR-VERSION-NOT-SERVED', `no version "${(version ?? '').slice(0, 80)}" is served`);
  return { endpoint, target };
}

interface Wanted {
  readonly project: string;
  readonly model: string;
  readonly version?: string | undefined;
  /** Of the endpoint. */
  readonly name?: string | undefined;
}

function endpointOf(table: EndpointTable, { project, model, version, name }: Wanted): Endpoint {
  const found = table.find(project, model, name);
  if (found.kind === 'found') return found.endpoint;
  if (found.kind === 'ambiguous') {
    const meant = (each: Endpoint): boolean =>
      each.project === project && each.model === model && found.endpoints.includes(name === undefined ? each.endpoint : each.endpointId);
    const endpoints = table.all().filter(meant);
    // Several endpoints may serve a model; its description is that of the first which has the version.
    const first = endpoints.find(({ targets }) => version === undefined || routeByVersion(targets, version) !== undefined) ?? endpoints[0];
    if (first !== undefined) return first;
  }
  throw notServed(project, model);
}

function header(request: FastifyRequest, name: 'x-drawbridge-project' | 'x-drawbridge-endpoint'): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function versionsOf(endpoint: Endpoint): string[] {
  return endpoint.targets.map((target) => target.version);
}

/** The protocol's health answers have no body. */
function health(reply: FastifyReply, good: boolean): FastifyReply {
  return reply.code(good ? 200 : 400).send();
}
