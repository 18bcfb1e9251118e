import { eventLogContract } from '../src/event-log.contract.js';
import { TestBroker } from './broker.js';

eventLogContract('KafkajsLog', async () => {
  const broker = new TestBroker();
  const log = broker.client();
  await log.connect();
  return {
    log,
    another: async () => broker.client(),
    topic: (partitions) => broker.topic(partitions),
    group: () => broker.group(),
    close: () => broker.close(),
  };
});
