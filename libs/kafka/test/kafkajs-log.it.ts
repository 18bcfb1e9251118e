import { afterAll, beforeAll, describe } from '@jest/globals';
import { batchContract } from '../src/contract-batches.js';
import type { ContractSubject } from '../src/contract-support.js';
import { eventLogContract } from '../src/event-log.contract.js';
import { TestBroker } from './broker.js';

async function open(reader: 'direct' | 'kafkajs'): Promise<ContractSubject> {
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
}

eventLogContract('KafkajsLog', () => open('direct'));

describe('stock kafkajs, to fall back to, keeps the contract of batches', () => {
  let subject: ContractSubject;

  beforeAll(async () => {
    subject = await open('kafkajs');
  });
  afterAll(() => subject.close());

  batchContract(() => subject);
});
