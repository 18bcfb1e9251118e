import { eventLogContract } from '@drawbridge/kafka/contract';
import { FakeCluster } from './fake-cluster.js';
import { FakeLog } from './fake-log.js';

eventLogContract('FakeLog', async () => {
  const cluster = new FakeCluster();
  const log = new FakeLog(cluster);
  let made = 0;
  return {
    log,
    another: async () => new FakeLog(cluster),
    topic: async (partitions) => {
      made += 1;
      cluster.createTopic(`topic-${made}`, partitions);
      return `topic-${made}`;
    },
    group: () => {
      made += 1;
      return `group-${made}`;
    },
    close: () => log.close(),
  };
});
