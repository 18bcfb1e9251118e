/** How often and how patiently a refused request is repeated. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

export const retryPolicy: RetryPolicy = { attempts: 4, baseMs: 200, capMs: 5000 };

/** Longer than this nobody waits for a server that asks for patience. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * Milliseconds before the next try, undefined to give up. `Retry-After` is honoured and only ever lengthened; without it the
 * pause is drawn at random up to a bound that doubles, so that many clients do not come back at once.
 */
export function pauseBefore(
  attempt: number,
  retryAfter: string | null,
  now: Date,
  random = Math.random,
  policy = retryPolicy,
): number | undefined {
  if (attempt >= policy.attempts) return undefined;
  const bound = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  const jitter = Math.round(random() * bound);
  const asked = retryAfterMs(retryAfter, now);
  if (asked === undefined) return jitter;
  return asked > MAX_RETRY_AFTER_MS ? undefined : asked + Math.round(jitter / 4);
}

/** `Retry-After` as seconds or as a date. */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
