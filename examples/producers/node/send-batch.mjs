/** Sends predictions that were made together as one message: an Arrow table, a column per field. */
import { randomInt, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Schema, Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import kafkajs from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: process.env['DRAWBRIDGE_INGEST_BROKERS'] ?? '127.0.0.1:4708' },
    project: { type: 'string', default: process.env['DRAWBRIDGE_PROJECT'] ?? 'default' },
    model: { type: 'string', default: 'flights' },
    version: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
  },
});
// On a cluster that is shared, all topics may carry a prefix.
const prefix = process.env['DRAWBRIDGE_TOPIC_PREFIX'] ?? '';
const airports = ['ATL', 'BOS', 'DTW', 'MIA', 'ORD', 'PHL'];
const rows = Array.from({ length: Number(options.count) }, () => ({
  score: randomInt(10_000) / 10_000,
  origin: randomInt(airports.length),
}));

const columns = tableFromArrays({
  predictionId: rows.map(() => `node-${randomUUID()}`),
  'features.distance': rows.map(() => randomInt(100, 1500)),
  'features.hour': rows.map(() => new Date().getHours()),
  'features.weekday': rows.map(() => (new Date().getDay() + 6) % 7),
  'features.origin': rows.map(({ origin }) => airports[origin]),
  'features.destination': rows.map(({ origin }) => airports[(origin + 1) % airports.length]),
  'output.value': rows.map(({ score }) => (score >= 0.5 ? 1 : 0)),
  'output.score': rows.map(({ score }) => score),
});
// What is the same for all rows stands once.
const metadata = new Map([
  ['drawbridge.project', options.project],
  ['drawbridge.model', options.model],
  ['drawbridge.version', options.version],
  ['drawbridge.time', new Date().toISOString()],
]);
const table = new Table(new Schema(columns.schema.fields, metadata), columns.batches);

const kafka = new kafkajs.Kafka({
  clientId: 'my-scoring-job',
  brokers: options.brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
  retry: { retries: 3 },
});
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
await producer.connect();
await producer.send({
  topic: `${prefix}prediction.batch.logged`,
  compression: kafkajs.CompressionTypes.GZIP,
  messages: [
    {
      // Any key: messages with the same one stay in order, and repeats in them are known.
      key: `${options.model}-${options.version}`,
      value: Buffer.from(tableToIPC(table, 'stream')),
      headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
    },
  ],
});
await producer.disconnect();
process.stdout.write(`sent ${rows.length} predictions of ${options.model} ${options.version} in one message\n`);
