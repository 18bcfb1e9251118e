import type { Logger } from '@drawbridge/telemetry';
import kafkajs from 'kafkajs';
import type { Kafka as KafkaClient, LogEntry } from 'kafkajs';
import { installCodecs } from './codecs.js';
import type { KafkaSettings } from './event-log.js';

const { Kafka, logLevel } = kafkajs;

// A broker that is away makes kafkajs say the same several times a second.
const repeatAfterMs = 10_000;

/** kafkajs calls much an error that it then repairs by itself; what it cannot repair reaches us as an exception. */
export function logCreator(log: Logger): () => (entry: LogEntry) => void {
  const saidAt = new Map<string, number>();
  return () => (entry) => {
    const { message, timestamp: _timestamp, logger: _logger, ...details } = entry.log;
    const key = `${entry.namespace} ${message}`;
    const now = performance.now();
    if (now - (saidAt.get(key) ?? -Infinity) < repeatAfterMs) return;
    if (saidAt.size > 500) saidAt.clear();
    saidAt.set(key, now);
    const { stack: _stack, ...fields } = details as Record<string, unknown>;
    const text = `kafka client: ${message}`;
    if (entry.level === logLevel.ERROR) log.warn(text, { component: entry.namespace, ...fields });
    else log.debug(text, { component: entry.namespace, ...fields });
  };
}

/** One kafkajs client with our limits, codecs and logger. */
export function createClient(settings: KafkaSettings, log: Logger): KafkaClient {
  installCodecs();
  const { username, password } = settings;
  return new Kafka({
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    ssl: settings.tls ?? false,
    ...(username === undefined || password === undefined ? {} : { sasl: { mechanism: 'scram-sha-256' as const, username, password } }),
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    // Short, because whoever calls repeats for ever with a back-off of its own.
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 },
    logLevel: logLevel.WARN,
    logCreator: logCreator(log),
  });
}
