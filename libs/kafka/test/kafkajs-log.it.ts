import { eventLogContract } from '../src/event-log.contract.js';
import { TestBroker } from './broker.js';

for (const reader of ['direct', 'kafkajs'] as const) {
  eventLogContract(`KafkajsLog, batches read by ${reader}`, async () => {
    const broker = new TestBroker();
    const log = broker.client(reader);
    await log.connect();
    return {
      log,
      another: async () => broker.client(reader),
      topic: (partitions) => broker.topic(partitions),
      group: () => broker.group(),
      close: () => broker.close(),
    };
  });
}
