import type { IntakeTopic } from './intake.service.js';

/** Many predictions per record. A group of its own, so that a release that knows only single ones never gets its partitions. */
export const batchTopic: IntakeTopic = {
  name: 'prediction.batch.logged',
  group: 'monitoring.batches',
  consume: (eventLog, hooks) =>
    eventLog.consumeBatches({ group: 'monitoring.batches', topics: ['prediction.batch.logged'], fromBeginning: true, ...hooks }),
};
