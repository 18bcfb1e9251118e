import type { ConsumerHealth, EventLog } from '@drawbridge/kafka';
import type { Relay } from '@drawbridge/outbox';
import type { DataSource } from 'typeorm';
import type { AccessDirectory } from '../auth/access-directory.js';
import type { ReadinessCheck } from './readiness.js';

/** A poll loop that has not moved for this long is stuck. */
const pollSilenceMs = 60_000;

/** Unpublished rows older than this mean that nothing goes out. */
const relayAgeMs = 30_000;

export function databaseCheck(source: DataSource): ReadinessCheck {
  return {
    name: 'database',
    async check() {
      await source.query('select 1');
      return { ok: true };
    },
  };
}

export function relayCheck(relay: Relay): ReadinessCheck {
  return {
    name: 'outbox',
    check() {
      const { lag, oldestUnpublishedMs, active } = relay.health();
      const detail = `${lag} unpublished${active ? '' : ', another process publishes'}`;
      return { ok: oldestUnpublishedMs < relayAgeMs, detail };
    },
  };
}

export function accessCheck(directory: AccessDirectory): ReadinessCheck {
  return {
    name: 'access',
    check: () => ({ ok: directory.caughtUp, detail: directory.caughtUp ? `${directory.size} keys` : 'still reading the keys' }),
  };
}

export function consumerCheck(name: string, health: () => ConsumerHealth | undefined): ReadinessCheck {
  return {
    name,
    check() {
      const state = health();
      if (state === undefined) return { ok: false, detail: 'not consuming' };
      if (!state.alive) return { ok: false, detail: 'the consumer is down' };
      const { silentMs } = state;
      if (silentMs === undefined) return { ok: false, detail: 'the consumer has not joined yet' };
      return { ok: silentMs < pollSilenceMs, detail: `${state.assigned} partitions, last poll ${Math.round(silentMs / 1000)} s ago` };
    },
  };
}

/** The broker answers a metadata request; asked at most every five seconds. */
export function kafkaCheck(eventLog: EventLog, elapsed: () => number = () => performance.now()): ReadinessCheck {
  let answeredAt = -Infinity;
  return {
    name: 'kafka',
    async check() {
      if (elapsed() - answeredAt > 5000) {
        await eventLog.topicId('access.state');
        answeredAt = elapsed();
      }
      return { ok: true };
    },
  };
}
