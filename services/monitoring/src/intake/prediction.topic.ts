import type { IntakeTopic } from './intake.service.js';

/** One prediction per record. */
export const predictionTopic: IntakeTopic = {
  name: 'prediction.logged',
  group: 'monitoring.intake',
  consume: (eventLog, hooks) =>
    eventLog.consumeBatches({ group: 'monitoring.intake', topics: ['prediction.logged'], fromBeginning: true, ...hooks }),
};
