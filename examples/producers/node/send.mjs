/** Sends predictions and, for each, what really happened. */
import { randomInt, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: process.env['DRAWBRIDGE_INGEST_BROKERS'] ?? '127.0.0.1:4708' },
    project: { type: 'string', default: process.env['DRAWBRIDGE_PROJECT'] ?? 'default' },
    model: { type: 'string', default: 'flights' },
    version: { type: 'string', default: '1' },
    count: { type: 'string', default: '10' },
  },
});
// On a cluster that is shared, all topics may carry a prefix.
const prefix = process.env['DRAWBRIDGE_TOPIC_PREFIX'] ?? '';
const airports = ['ATL', 'BOS', 'DTW', 'MIA', 'ORD', 'PHL'];
const now = () => new Date().toISOString();
const message = (data) => ({ key: data.predictionId, value: JSON.stringify(data) });

const predictions = [];
const labels = [];
for (let i = 0; i < Number(options.count); i += 1) {
  const predictionId = `node-${randomUUID()}`;
  const origin = randomInt(airports.length);
  const score = randomInt(10_000) / 10_000;
  predictions.push({
    predictionId,
    time: now(),
    project: options.project,
    model: options.model,
    version: options.version,
    features: {
      distance: randomInt(100, 1500),
      hour: new Date().getHours(),
      weekday: (new Date().getDay() + 6) % 7,
      origin: airports[origin],
      destination: airports[(origin + 1 + randomInt(airports.length - 1)) % airports.length],
    },
    output: { value: score >= 0.5 ? 1 : 0, score },
    latencyMs: 1.4,
    status: 'ok',
  });
  labels.push({ predictionId, project: options.project, value: Math.random() < score ? 1 : 0, observedAt: now() });
}

const kafka = new kafkajs.Kafka({
  clientId: 'my-service',
  brokers: options.brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
  retry: { retries: 3 },
});
const producer = kafka.producer({
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
});
await producer.connect();
await producer.send({ topic: `${prefix}prediction.logged`, messages: predictions.map(message) });
await producer.send({ topic: `${prefix}label.received`, messages: labels.map(message) });
await producer.disconnect();
process.stdout.write(`sent ${predictions.length} predictions of ${options.model} ${options.version} and their labels\n`);
