import { randomUUID } from 'node:crypto';
import { type DynamicModule, RequestMethod } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConsumerGroup } from '@drawbridge/contracts';
import { nestLogger } from '@drawbridge/telemetry';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { AuthGuard, type Authenticator } from './auth/auth.guard.js';
import { RateLimit } from './auth/rate-limit.js';
import { SameSite } from './auth/same-site.js';
import type { ServiceConfig } from './config.js';
import { describe, isDescription } from './describe.js';
import { EventTransport } from './events/event-transport.js';
import { fastifyAdapter } from './http/adapter.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { drainRefused } from './http/drain-refused.js';
import { observeRequests } from './http/observe-requests.js';
import { openApiDocument } from './http/openapi.js';
import { Lifecycle, type LifecycleStep } from './lifecycle.js';
import type { Platform } from './platform.js';
import { platformSteps } from './platform-steps.js';
import { ProblemFilter, sendProblem } from './problem/problem.filter.js';
import { DtoPipe } from './problem/validation.js';
import { PLATFORM } from './tokens.js';

export interface RunOptions {
  readonly config: ServiceConfig;
  /** The composition root, as a class or as what its `for(config)` returns. */
  readonly module: Function | DynamicModule;
  /** Group of the `@EventPattern` handlers; without it none are consumed. */
  readonly group?: ConsumerGroup;
  /** Further parts. They start after Kafka, database and keys, before the event handlers and HTTP; they stop in reverse. */
  readonly lifecycle?: readonly LifecycleStep[] | ((app: NestFastifyApplication) => readonly LifecycleStep[]);
  /** Registers raw routes, in a scope of its own. Each needs `config: { permission }` or `config: { public: true }`. */
  readonly fastify?: (instance: FastifyInstance, app: NestFastifyApplication) => Promise<void>;
  /** How a caller without an Authorization header is known, e.g. by a session cookie. */
  readonly authenticate?: (app: NestFastifyApplication) => Authenticator;
  readonly onReady?: (app: NestFastifyApplication) => Promise<void> | void;
  /** OpenAPI paths of the raw routes, which no decorator describes. */
  readonly rawPaths?: () => object;
  /** What else the OpenAPI document says, beyond the decorators. */
  readonly document?: (document: OpenAPIObject) => OpenAPIObject;
  /** Paths outside `/api/v1`, beside health, metrics and contract documents. */
  readonly unprefixed?: readonly string[];
  /** Default true: stop on SIGTERM and SIGINT, exit with the result. */
  readonly signals?: boolean;
  /** How long a handler may answer `later` for one message; default 60 s. */
  readonly laterMs?: number;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly platform: Platform;
  /** Where it listens. */
  readonly url: string;
  /** Resolves to true when everything stopped cleanly. */
  stop(): Promise<boolean>;
}

const outsidePrefix = ['health/live', 'health/ready', 'metrics', 'schemas/*rest', 'asyncapi.json'];

/**
 * Brings a service up in order: database, Nest, Kafka, relay, keys, own parts, event handlers, HTTP. When a step fails,
 * the ones before it are stopped and the error is thrown.
 */
export async function runService(options: RunOptions): Promise<RunningService> {
  const { config } = options;
  const app = await createApp(options);
  const platform = app.get<Platform>(PLATFORM);
  const transport = connectHandlers(app, platform, options);
  if (isDescription()) return printAndExit(app, platform, options);
  const own = typeof options.lifecycle === 'function' ? options.lifecycle(app) : (options.lifecycle ?? []);
  const lifecycle = new Lifecycle(
    platformSteps({ app, platform, transport, own, prepare: () => prepareRoutes(app, platform, options) }),
    platform.log,
  );
  const stopOnSignal = (): void => void stopAndExit(lifecycle, platform);
  if (options.signals !== false) {
    process.once('SIGTERM', stopOnSignal);
    process.once('SIGINT', stopOnSignal);
  }
  await lifecycle.start();
  await options.onReady?.(app);
  const url = await app.getUrl();
  platform.log.info(`${config.service} is ready`, { url, instance: randomUUID().slice(0, 8) });
  return { app, platform, url, stop: () => lifecycle.stop() };
}

/** `node dist/src/main.js --describe`: routes, OpenAPI and consumed topics as JSON, without Kafka and without a database. */
async function printAndExit(app: NestFastifyApplication, platform: Platform, options: RunOptions): Promise<never> {
  await prepareRoutes(app, platform, options);
  // Nest registers the handlers of events when its microservices start; the transport consumes nothing before `consume`.
  if (platform.transport !== undefined) await app.startAllMicroservices();
  const text = JSON.stringify(describe(platform, options.group));
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  process.exit(0);
}

async function stopAndExit(lifecycle: Lifecycle, platform: Platform): Promise<void> {
  platform.log.info('stopping');
  const clean = await lifecycle.stop();
  platform.log.info('stopped', { clean });
  process.exit(clean ? 0 : 1);
}

async function createApp(options: RunOptions): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(options.module as never, fastifyAdapter(options.config), {
    bufferLogs: true,
    abortOnError: false,
  });
  const { log } = app.get<Platform>(PLATFORM);
  app.useLogger(nestLogger(log));
  app.useGlobalFilters(new ProblemFilter(log));
  return app;
}

/** Everything that must be there before the first route is registered. */
async function prepareRoutes(app: NestFastifyApplication, platform: Platform, options: RunOptions): Promise<void> {
  const { config } = options;
  const instance = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const guard = new AuthGuard(
    platform.access,
    new SameSite(config),
    new RateLimit(config.rateLimit.perSecond, config.rateLimit.burst),
    options.authenticate?.(app),
  );
  observeRequests(instance, config.service);
  drainRefused(instance);
  platform.routes.observe(instance);
  instance.addHook('onRequest', (request) => guard.check(request));
  instance.addHook('onResponse', (request, _reply, done) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') platform.wake();
    done();
  });
  app.setGlobalPrefix('api/v1', {
    exclude: [...outsidePrefix, ...(options.unprefixed ?? [])].map((path) => ({ path, method: RequestMethod.ALL })),
  });
  app.useGlobalPipes(new DtoPipe());
  app.useGlobalInterceptors(new IdempotencyInterceptor(app.get(Reflector), platform.log, platform.database?.idempotency));
  if (options.fastify !== undefined) {
    const register = options.fastify;
    await instance.register(async (scope) => {
      scope.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, platform.log));
      await register(scope as unknown as FastifyInstance, app);
    });
  }
  await app.init();
  platform.routes.check();
  const decorated = openApiDocument(app, config.service, platform.routes.list());
  const document = options.document?.(decorated) ?? decorated;
  platform.setOpenApi(options.rawPaths === undefined ? document : { ...document, paths: { ...document.paths, ...options.rawPaths() } });
}

function connectHandlers(app: NestFastifyApplication, platform: Platform, options: RunOptions): EventTransport | undefined {
  const { database, config, eventLog, log } = platform;
  if (options.group === undefined || database === undefined) return undefined;
  const { source, outbox, inbox } = database;
  const transport = new EventTransport({
    service: config.service,
    group: options.group,
    eventLog,
    dataSource: source,
    outbox,
    inbox,
    log,
    committed: () => platform.wake(),
    ...(options.laterMs === undefined ? {} : { laterMs: options.laterMs }),
  });
  // Inherits the filter, which lets errors of handlers through; pipes and interceptors come later and stay with HTTP.
  app.connectMicroservice({ strategy: transport }, { inheritAppConfig: true });
  platform.transport = transport;
  platform.replays.register(options.group, (tx, message) => transport.processor.replay(tx, message));
  return transport;
}
