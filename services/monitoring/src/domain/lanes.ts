/**
 * A lane is a partition among those of all topics that bring predictions. What each contributes to a window, its
 * watermarks and its accounts are kept by lane, so that topics neither mix nor wait for each other. Stored rows know a lane
 * as `partition`: those of `prediction.logged` are their own lanes.
 */
export const FIRST_BATCH_LANE = 1_000_000;

const FIRST = { 'prediction.logged': 0, 'prediction.batch.logged': FIRST_BATCH_LANE } as const;

/** The topics that bring predictions. */
export type PredictionTopic = keyof typeof FIRST;

export const predictionTopics = Object.keys(FIRST) as PredictionTopic[];

/** Lane of a topic's partition 0; the others follow. */
export function firstLaneOf(topic: PredictionTopic): number {
  return FIRST[topic];
}
