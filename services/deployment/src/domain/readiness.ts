import type { RolloutStrategy } from '@drawbridge/contracts';

/** What serving says of a version that was given traffic. `unknown`: it does not answer, or does not know the version yet. */
export type ServingWord =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly reason: string }
  /** The file itself is at fault: waiting does not help. */
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'unknown' };

export type ReadinessStep =
  | { readonly kind: 'ready' }
  | { readonly kind: 'fail'; readonly reason: string }
  /** Asked again; `unreadySince` is when serving first said that it is not ready. */
  | { readonly kind: 'wait'; readonly unreadySince: Date | null };

/** Long enough for a large file over a slow line. */
const DEFAULT_SECONDS = 300;

/**
 * What follows from serving's word. Only serving's own no counts: while it does not answer, the time that the plan allows does not run,
 * since nothing is known of the version.
 */
export function nextReadiness(
  word: ServingWord,
  unreadySince: Date | null,
  { readyWithinSeconds = DEFAULT_SECONDS }: Pick<RolloutStrategy, 'readyWithinSeconds'>,
  now: Date,
): ReadinessStep {
  switch (word.kind) {
    case 'ready':
      return { kind: 'ready' };
    case 'unusable':
      return { kind: 'fail', reason: `it cannot be served: ${word.reason}` };
    case 'unknown':
      return { kind: 'wait', unreadySince: null };
    case 'not-ready': {
      const since = unreadySince ?? now;
      if (now.getTime() - since.getTime() < readyWithinSeconds * 1000) return { kind: 'wait', unreadySince: since };
      return { kind: 'fail', reason: `it was not ready to serve within ${String(readyWithinSeconds)} seconds: ${word.reason}` };
    }
  }
}
