import type { Logger } from '@drawbridge/telemetry';
import type { Kafka as KafkaClient } from 'kafkajs';
import { ConsumerSession } from './consumer-session.js';
import { Deferral } from './deferral.js';
import type { ConsumeOptions, Consumption } from './event-log.js';
import { untilDone } from './in-place.js';
import type { Names } from './names.js';
import { toMessage } from './record-batch.js';

/** Message by message, in order per partition; the position is committed after the handler returned. */
export async function startMessageConsumer(
  client: KafkaClient,
  names: Names,
  log: Logger,
  sessionTimeoutMs: number,
  options: ConsumeOptions,
): Promise<Consumption> {
  const session: ConsumerSession = new ConsumerSession({
    client,
    log,
    group: names.group(options.group),
    topics: options.topics.map((topic) => names.topic(topic)),
    fromBeginning: options.fromBeginning ?? true,
    sessionTimeoutMs,
    maxBytesPerPartition: 1024 * 1024,
    runConfig: () => ({
      autoCommit: true,
      autoCommitInterval: 1000,
      partitionsConsumedConcurrently: options.partitionsConcurrently ?? 1,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        const { topic, partition, messages } = payload.batch;
        for (const message of messages) {
          if (payload.isStale() || !payload.isRunning() || session.stopped) return;
          const incoming = toMessage(names.contract(topic), partition, message);
          const what = { topic: incoming.topic, partition, offset: incoming.offset.toString() };
          try {
            await untilDone(
              session,
              log,
              what,
              () => payload.heartbeat(),
              Math.max(100, sessionTimeoutMs / 4),
              () => options.handle(incoming),
            );
          } catch (error) {
            if (!(error instanceof Deferral)) throw error;
            // What is not resolved is fetched again once the partition goes on.
            const resume = payload.pause();
            setTimeout(resume, error.delayMs).unref();
            return;
          }
          payload.resolveOffset(message.offset);
          await payload.heartbeat();
          await payload.commitOffsetsIfNecessary();
        }
      },
    }),
  });
  await session.start();
  return {
    health: () => session.health(),
    stop: () => session.stop(),
    pause: () => session.pause(),
    resume: () => session.resume(),
  };
}
