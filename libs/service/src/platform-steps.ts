import type { Logger } from '@drawbridge/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { shutdownTelemetry } from '@drawbridge/telemetry';
import type { EventTransport } from './events/event-transport.js';
import type { LifecycleStep } from './lifecycle.js';
import { type DatabaseParts, type Platform } from './platform.js';

export interface StepParts {
  readonly app: NestFastifyApplication;
  readonly platform: Platform;
  readonly transport: EventTransport | undefined;
  readonly own: readonly LifecycleStep[];
  /** Registers routes and initialises Nest. */
  readonly prepare: () => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** How long a start waits for the keys; afterwards the service is up but not ready. */
const accessWaitMs = 15_000;

/** The parts of a service in the order of their start. */
export function platformSteps({ app, platform, transport, own, prepare }: StepParts): LifecycleStep[] {
  const { database, eventLog, access, gauges, config } = platform;
  return [
    { name: 'telemetry', start: nothing, stop: shutdownTelemetry },
    ...(database === undefined ? [] : [databaseStep(database, platform.log)]),
    { name: 'application', start: prepare, stop: () => app.close() },
    { name: 'kafka', start: () => eventLog.connect(), stop: () => eventLog.close() },
    ...(database === undefined ? [] : [{ name: 'relay', start: () => database.relay.start(), stop: () => database.relay.stop() }]),
    {
      name: 'access directory',
      async start() {
        await access.start();
        for (const end = performance.now() + accessWaitMs; !access.caughtUp && performance.now() < end;) await pause(20);
      },
      stop: () => access.stop(),
    },
    ...own,
    ...(transport === undefined ? [] : [consumerStep(app, platform, transport)]),
    {
      name: 'lag',
      async start() {
        gauges.start();
      },
      async stop() {
        gauges.stop();
      },
    },
    {
      name: 'http',
      async start() {
        await app.listen({ port: config.port, host: config.host });
      },
      stop: () => stopListening(app),
    },
  ];
}

function databaseStep({ source, idempotency }: DatabaseParts, log: Logger): LifecycleStep {
  let cleaning: NodeJS.Timeout | undefined;
  return {
    name: 'database',
    async start() {
      await source.initialize();
      cleaning = setInterval(() => {
        idempotency.removeExpired().catch((error: unknown) => log.warn('old idempotency keys could not be removed', { error }));
      }, 3_600_000).unref();
    },
    async stop() {
      clearInterval(cleaning);
      if (source.isInitialized) await source.destroy();
    },
  };
}

function consumerStep(app: NestFastifyApplication, platform: Platform, transport: EventTransport): LifecycleStep {
  return {
    name: 'event handlers',
    async start() {
      await app.startAllMicroservices();
      platform.gauges.watch(transport.processor.group, transport.topics);
      await transport.consume();
    },
    stop: () => transport.close(),
  };
}

/** No new connection, answers under way are finished, streams are cut after a moment. */
async function stopListening(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 2500);
  await closed;
  clearTimeout(cut);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
