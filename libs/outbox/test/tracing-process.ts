/**
 * A small service for the tracing test, started with telemetry: `POST /models/<id>` writes an event, a relay publishes
 * it, a consumer handles it. `POST /predictions` sends and reads a thousand predictions.
 */
import { createServer } from 'node:http';
import { KafkajsLog, type KafkaSettings } from '@drawbridge/kafka';
import { createDataSource, inTransaction } from '@drawbridge/postgres';
import { createLogger, currentTraceId, inSpan, shutdownTelemetry } from '@drawbridge/telemetry';
import { decodeEvent, Outbox, Relay } from '../src/index.js';
import { aliasChanged } from './fixture.js';

const { kafka, url } = JSON.parse(process.argv[2] ?? '{}') as { kafka: KafkaSettings; url: string };
const log = createLogger('tracing-test', { write: () => true });
const eventLog = new KafkajsLog(kafka, log);
const source = await createDataSource({ url, schema: 'registry' }).initialize();
const outbox = new Outbox({ service: 'registry', installation: 'main' });
const relay = new Relay(undefined, eventLog, { service: 'registry', schema: 'registry', url, log, outbox });
await relay.start();

const handled = new Map<string, string>();
await eventLog.consume({
  group: 'governance',
  topics: ['model.alias.changed'],
  handle: async (message) => {
    const decoded = decodeEvent(message);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { event } = decoded;
    await inSpan(`process ${event.topic}`, { kind: 'consumer', parent: event.trace }, async () => {
      await source.query('select 1');
      handled.set(event.id, currentTraceId() ?? '');
    });
  },
});
let predictions = 0;
await eventLog.consumeBatches({
  group: 'monitoring.intake',
  topics: ['prediction.logged'],
  handle: async (batch) => void (predictions += batch.count),
});

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const server = createServer((request, response) => {
  const work = async (): Promise<string> => {
    if (request.url === '/predictions') {
      await eventLog.produce(Array.from({ length: 1000 }, (_, index) => ({ topic: 'prediction.logged', key: String(index), value: '{}' })));
      await eventually(() => predictions === 1000);
      return '{}';
    }
    if (request.method !== 'POST') return '{}';
    const { id } = await inTransaction(source, (tx) => outbox.append(tx, aliasChanged(request.url?.split('/').at(-1) ?? '')));
    const traceId = currentTraceId();
    await eventually(() => handled.has(id));
    return JSON.stringify({ id, traceId, handledIn: handled.get(id) });
  };
  work().then(
    (answer) => response.end(answer),
    (error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    },
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify(server.address())}\n`));
process.on('SIGTERM', () => {
  void (async () => {
    server.close();
    await relay.stop();
    await eventLog.close();
    await source.destroy();
    await shutdownTelemetry();
    process.exit(0);
  })();
});
