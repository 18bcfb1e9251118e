import { topicDefinition, topicSettings, type TopicProfile } from '@drawbridge/contracts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long receivers remember what they handled; `retention.ts` deletes by the same figure. */
export const inboxRetentionMs = 100 * dayMs;
/** How long anybody may go on sending one message again. */
export const retryLimitMs = 24 * hourMs;

/** A message could come back after its receiver forgot it. */
export class RetentionBroken extends Error {
  override readonly name = 'RetentionBroken';
  readonly code = 'DBR-RETENTION';
}

/** Retention by the contract, in milliseconds; undefined for topics that are compacted instead. */
function contractRetention(topic: string, profile: TopicProfile): number | undefined {
  const text = topicSettings(topic, profile).config['retention.ms'];
  return text === undefined ? undefined : Number(text);
}

/**
 * Checks, for every control topic that a service reads, that the inbox outlives the topic and the topic outlives the
 * retries. `actual` tells what a broker really has, where that is known. Throws RetentionBroken.
 */
export function checkRetention(
  topics: readonly string[],
  options: { readonly profile?: TopicProfile; readonly actual?: ReadonlyMap<string, number> } = {},
): void {
  for (const topic of topics) {
    // Data topics are deduplicated by predictionId over the last records; documents replace each other.
    if (topicDefinition(topic).plane !== 'control') continue;
    const retention = options.actual?.get(topic) ?? contractRetention(topic, options.profile ?? 'embedded');
    if (retention === undefined) continue;
    const hours = (ms: number): string => (ms < 0 ? 'unlimited' : `${Math.round(ms / hourMs)} h`);
    if (retention < 0 || retention >= inboxRetentionMs) {
      throw new RetentionBroken(
        `topic ${topic} keeps messages ${hours(retention)}, the inbox remembers them ${hours(inboxRetentionMs)} only`,
      );
    }
    if (retention <= retryLimitMs) {
      throw new RetentionBroken(
        `topic ${topic} keeps messages ${hours(retention)}, but they are sent again for up to ${hours(retryLimitMs)}`,
      );
    }
  }
}
