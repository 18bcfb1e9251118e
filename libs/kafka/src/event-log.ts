/** The port: all that the rest of the system knows about Kafka. Topics and groups go by their contract names. */

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** SCRAM-SHA-256; without a username no SASL is spoken. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: boolean | undefined;
  /** Goes before every topic and group, so that installations and tests can share a cluster. */
  readonly topicPrefix?: string | undefined;
  /** Who fetches batches: our own reading in place, the default, or stock kafkajs, to fall back to. */
  readonly batchReader?: 'direct' | 'kafkajs' | undefined;
  /** How long a killed consumer keeps its partitions; default 6000. */
  readonly sessionTimeoutMs?: number | undefined;
}

export interface KafkaMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Set when the record could not be decoded (its batch decompresses beyond the limit, or in an unknown compression):
   * the reason. Key and value are lost then, topic, partition and offset hold, and the only place for it is the dead letters.
   */
  readonly unreadable?: string;
}

export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970; default: the time of day here. */
  readonly timestamp?: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Stretches of one buffer, by the number of the record. At least as long as the batch. */
export interface ByteRanges {
  readonly bytes: Buffer;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/**
 * One fetched batch of one partition. Records are numbered from 0; nothing is decoded before it is asked for. Values and
 * keys are good until the handler is done: their memory is used again.
 */
export interface RecordBatch extends TopicPartition {
  readonly firstOffset: bigint;
  /** Where reading goes on after this batch; may lie beyond the last record's offset + 1. */
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  /** 0 when only marks of transactions lay there: the position moves all the same, or it would lag for ever. */
  readonly count: number;
  /** Where the values stand, an end of -1 for null; for readers that make no object per record. */
  readonly values: ByteRanges;
  /** Exact to 2^53, which no offset reaches. At least `count` long. */
  readonly offsets: Float64Array;
  value(index: number): Buffer | null;
  key(index: number): Buffer | null;
  offset(index: number): bigint;
  timestamp(index: number): number;
  header(index: number, name: string): string | undefined;
  /** Everything about one record, copied: for the few that are kept as dead letters. */
  message(index: number): KafkaMessage;
  /** Why the record could not be decoded; see `KafkaMessage.unreadable`. */
  unreadable(index: number): string | undefined;
}

export interface BatchControl {
  /** Tells the group that a long flush is still alive. Never rejects. */
  heartbeat(): Promise<void>;
  /** Next read of this topic's partition starts there; a hint, since a fetch may be under way. */
  seek(partition: number, offset: bigint): void;
  /** Kafka's own commit, for whoever asks how far the group is. False when it failed; never rejects. */
  commit(partition: number, next: bigint): Promise<boolean>;
  isRunning(): boolean;
}

export interface AssignControl {
  seek(topic: string, partition: number, offset: bigint): void;
}

export interface ConsumerHealth {
  /** False when the consumer died or its loop has not moved for long; it is being restarted then. */
  readonly alive: boolean;
  /** Milliseconds since the last poll; undefined before the first. */
  readonly silentMs: number | undefined;
  readonly assigned: number;
}

export interface Consumption {
  health(): ConsumerHealth;
  /** Waits for the message or batch in hand. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
}

export interface BatchConsumption extends Consumption {
  seek(topic: string, partition: number, offset: bigint): void;
}

export interface Following {
  /** Resolves when everything that was there at the start has been seen. */
  readonly caughtUp: Promise<void>;
  health(): ConsumerHealth;
  stop(): Promise<void>;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without a stored position begins; default true. */
  readonly fromBeginning?: boolean;
  readonly partitionsConcurrently?: number;
  /** Returning means done. Throwing means again, in place and for ever, so only transient errors may be thrown. */
  handle(message: KafkaMessage): Promise<void>;
}

export interface ConsumeBatchesOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly fromBeginning?: boolean;
  readonly partitionsConcurrently?: number;
  /** Batches of these partitions wait for it; a position given to `control` is where reading begins. */
  onAssign?(assigned: readonly TopicPartition[], control: AssignControl): Promise<void>;
  onRevoke?(revoked: readonly TopicPartition[]): Promise<void>;
  /** Throwing repeats the same batch, in place and for ever. */
  handle(batch: RecordBatch, control: BatchControl): Promise<void>;
}

export interface FollowOptions {
  readonly topics: readonly string[];
  /** Must not throw; what it throws is logged and the message counts as seen. */
  onMessage(message: KafkaMessage): void;
}

export interface PartitionLag extends TopicPartition {
  readonly lag: bigint;
}

/** What a partition holds: offsets from `low` up to, not including, `high`. */
export interface PartitionEnds extends TopicPartition {
  readonly low: bigint;
  readonly high: bigint;
}

export interface EventLog {
  connect(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when all replicas in sync have the messages; rejects after a bounded time, so callers repeat. */
  produce(messages: readonly OutgoingMessage[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Never commits by itself: the position belongs to the transaction of the handler. */
  consumeBatches(options: ConsumeBatchesOptions): Promise<BatchConsumption>;
  /** Reads whole topics from the beginning without a stored position, then stays live. */
  follow(options: FollowOptions): Promise<Following>;
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  /** Where the partitions of topics begin and end now. */
  ends(topics: readonly string[]): Promise<PartitionEnds[]>;
  /** The id Kafka gave the topic when it was created; another id means the topic was deleted and created again. */
  topicId(topic: string): Promise<string>;
  /**
   * How long the broker keeps messages of each topic, in milliseconds, -1 for ever. Topics whose settings are not known
   * or may not be read are left out.
   */
  retention?(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
