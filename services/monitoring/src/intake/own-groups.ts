import type { ConsumeBatchesOptions, EventLog } from '@drawbridge/kafka';

/**
 * For the test of a split brain: the data topics are read in groups that no other process is in, so that each reads every
 * partition and none knows of the others. The group of the control topics stays shared.
 */
export function inOwnGroups(eventLog: EventLog, suffix: string): EventLog {
  const own = (group: string): string => (group.includes('.') ? `${group}-${suffix}` : group);
  return {
    connect: () => eventLog.connect(),
    close: () => eventLog.close(),
    produce: (messages) => eventLog.produce(messages),
    consume: (options) => eventLog.consume(options),
    consumeBatches(options) {
      const alone: ConsumeBatchesOptions = { ...options, group: own(options.group) };
      return eventLog.consumeBatches(alone);
    },
    follow: (options) => eventLog.follow(options),
    lag: (group, topics) => eventLog.lag(own(group), topics),
    ends: (topics) => eventLog.ends(topics),
    topicId: (topic) => eventLog.topicId(topic),
  };
}
