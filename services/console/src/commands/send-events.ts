import type { Platform } from '@drawbridge/service';
import { currentTrace } from '@drawbridge/telemetry';
import type { IngestMessage } from '../domain/ingest/event-check.js';
import { kafkaAway } from './ingest-limits.js';
import { ingestMetrics } from './ingest.metrics.js';

/** A caller waits this long; the port itself gives up later. */
const ACK_MS = 10_000;

/** Hands events to Kafka; returns when all replicas in sync have them, else throws the problem for the caller. */
export async function sendEvents({ eventLog, log }: Pick<Platform, 'eventLog' | 'log'>, events: readonly IngestMessage[]): Promise<void> {
  const traceparent = currentTrace()?.traceparent;
  const headers = { 'content-type': 'application/json', ...(traceparent === undefined ? {} : { traceparent }) };
  let timer: NodeJS.Timeout | undefined;
  const sent = eventLog.produce(events.map((event) => ({ ...event, headers })));
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no acknowledgement within ${ACK_MS} ms`)), ACK_MS);
  });
  try {
    await Promise.race([sent, tooLate]);
  } catch (error) {
    // It may still fail later, with nobody listening.
    sent.catch(() => undefined);
    log.warn('events of the HTTP ingest did not reach kafka', { events: events.length, error });
    throw kafkaAway();
  } finally {
    clearTimeout(timer);
  }
  for (const { topic } of events) ingestMetrics.events.inc({ topic });
}
