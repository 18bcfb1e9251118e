export {
  type AclOperation,
  type AclRule,
  type AdminConnection,
  createAcls,
  createTopics,
  deleteTopics,
  describeTopics,
  listTopics,
  PartitionsDiffer,
  pingBroker,
  type TopicDescription,
  type TopicSpec,
  warmUp,
} from './admin.js';
export type {
  AssignControl,
  BatchConsumption,
  BatchControl,
  ByteRanges,
  ConsumeBatchesOptions,
  ConsumeOptions,
  ConsumerHealth,
  Consumption,
  EventLog,
  Following,
  FollowOptions,
  KafkaMessage,
  KafkaSettings,
  OutgoingMessage,
  PartitionEnds,
  PartitionLag,
  RecordBatch,
  TopicPartition,
} from './event-log.js';
export { sendCompressed } from './compressed.js';
export { KafkajsLog } from './kafkajs-log.js';
export { maxDecompressedBytes, maxMessageBytes } from './limits.js';
export { dead, drop, later, ok, type Outcome } from './result.js';
export { byteRanges } from './byte-ranges.js';
export { Deferral } from './deferral.js';
