import type { Logger } from '@drawbridge/telemetry';
import kafkajs from 'kafkajs';
import { Backoff, sleep } from './backoff.js';
import type { ConsumerSession } from './consumer-session.js';
import { Deferral } from './deferral.js';

/** Leaves a kafkajs handler without its error log and without moving the offset. */
function leave(why: string): Error {
  return new kafkajs.KafkaJSError(why, { retriable: true });
}

// kafkajs stops a consumer for good when one of these leaves a handler.
const fatalNames = new Set(['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']);

function passable(error: unknown): Error {
  if (error instanceof Error && !fatalNames.has(error.name)) return error;
  return leave(error instanceof Error ? error.message : String(error));
}

/**
 * Does `work` until it succeeds, in place, so that nothing behind it is handled before it. The group hears heartbeats
 * meanwhile. Ends early, by an error meant for kafkajs only, when the consumer stops or the group moves on.
 */
export async function untilDone(
  session: ConsumerSession,
  log: Logger,
  what: Readonly<Record<string, unknown>>,
  heartbeat: () => Promise<void>,
  everyMs: number,
  work: () => Promise<void>,
): Promise<void> {
  let lost: Error | undefined;
  const wake = new AbortController();
  const beat = setInterval(() => {
    session.touch();
    heartbeat().catch((error: unknown) => {
      lost ??= passable(error);
      wake.abort();
    });
  }, everyMs);
  const giveUp = (): void => wake.abort();
  session.signal.addEventListener('abort', giveUp, { once: true });
  const backoff = new Backoff(100, 5000);
  try {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (session.stopped) throw leave('stopped');
        if (lost !== undefined) throw lost;
        if (error instanceof Deferral) throw error;
        if (backoff.attempts % 10 === 0)
          log.warn('handling failed, trying again in place', { ...what, attempt: backoff.attempts + 1, error });
      }
      await sleep(backoff.nextMs(), wake.signal);
      if (session.stopped) throw leave('stopped');
      if (lost !== undefined) throw lost;
    }
  } finally {
    clearInterval(beat);
    session.signal.removeEventListener('abort', giveUp);
  }
}
