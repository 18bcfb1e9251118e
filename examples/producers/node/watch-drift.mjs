/** Prints every drift that is detected, one line each, until Ctrl C. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import kafkajs from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: process.env['DRAWBRIDGE_INGEST_BROKERS'] ?? '127.0.0.1:4708' },
    // Give the group a name to go on where you stopped.
    group: { type: 'string', default: `watch-${randomUUID()}` },
    'from-beginning': { type: 'boolean', default: false },
    max: { type: 'string', default: '0' },
  },
});
const kafka = new kafkajs.Kafka({ clientId: 'my-alerts', brokers: options.brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId: options.group });
const seen = new Set();
let stopping;
const stop = () => (stopping ??= consumer.disconnect());
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

await consumer.connect();
await consumer.subscribe({
  topic: `${process.env['DRAWBRIDGE_TOPIC_PREFIX'] ?? ''}drift.detected`,
  fromBeginning: options['from-beginning'],
});
await consumer.run({
  eachMessage: async ({ message }) => {
    const event = JSON.parse(message.value.toString());
    // An event may come twice; its id never changes.
    if (seen.has(event.id)) return;
    seen.add(event.id);
    const { time, severity, model, version, scope, effect, evidenceUrl } = event;
    process.stdout.write(`${time} ${severity} ${model} ${version}: ${scope.features.join(', ')}; ${effect.words} (${evidenceUrl})\n`);
    // Not awaited: the consumer waits for this handler before it disconnects.
    if (Number(options.max) > 0 && seen.size >= Number(options.max)) void stop();
  },
});
