/** A relay in a process of its own, for tests that kill it. Settings come as JSON in the first argument. */
import { KafkajsLog, type KafkaSettings } from '@drawbridge/kafka';
import { quiet } from '@drawbridge/postgres/test-database';
import { Relay } from '../src/index.js';

const { kafka, url } = JSON.parse(process.argv[2] ?? '{}') as { kafka: KafkaSettings; url: string };
const eventLog = new KafkajsLog(kafka, quiet);
const relay = new Relay(undefined, eventLog, { service: 'registry', schema: 'registry', url, log: quiet, pollMs: 20, standbyMs: 20 });
await relay.start();
process.on('SIGTERM', () => {
  void relay.stop().then(() => eventLog.close());
});
