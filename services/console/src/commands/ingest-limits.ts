import { ProblemError } from '@drawbridge/service';

/** 429: what is sent does not fit beside what is under way. */
export function busy(detail: string, retryAfterSeconds = 1): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'DBR-INGEST-BUSY',
    detail,
    fix: `Send the same events again in ${retryAfterSeconds} s; nothing was taken.`,
    retryable: true,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

/** 503: nobody knows how much of it Kafka has; the ids of the events make sending all of it again safe. */
export function kafkaAway(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'DBR-KAFKA-UNAVAILABLE',
    detail: 'Kafka did not acknowledge the events.',
    fix: 'Send the same events again in 2 s: with the same ids they are counted once, whatever arrived before.',
    retryable: true,
    headers: { 'retry-after': '2' },
  });
}
