import kafkajs, { type Message, type Producer } from 'kafkajs';

export interface SenderOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Messages per request. Default 1000. */
  readonly batchSize?: number;
  /** Requests under way before the caller has to wait. Default 4. */
  readonly maxInFlight?: number;
}

/** A plain Kafka producer that collects messages into requests and makes its caller wait when too many are under way. */
export class Sender {
  private readonly producer: Producer;
  private readonly batchSize: number;
  private readonly maxInFlight: number;
  private readonly batches = new Map<string, Message[]>();
  private readonly inFlight = new Set<Promise<void>>();
  private failure: Error | undefined;

  constructor(options: SenderOptions) {
    const kafka = new kafkajs.Kafka({
      clientId: options.clientId,
      brokers: [...options.brokers],
      logLevel: kafkajs.logLevel.WARN,
    });
    this.producer = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    this.batchSize = options.batchSize ?? 1000;
    this.maxInFlight = options.maxInFlight ?? 4;
  }

  async connect(): Promise<void> {
    await this.producer.connect();
  }

  /** Adds a message; resolves at once unless the request it completes has to wait for a free place. */
  add(topic: string, message: Message): Promise<void> | undefined {
    let batch = this.batches.get(topic);
    if (batch === undefined) this.batches.set(topic, (batch = []));
    batch.push(message);
    return batch.length >= this.batchSize ? this.send(topic) : undefined;
  }

  /** Sends what is collected and waits until the broker has acknowledged everything. Throws the first failure. */
  async flush(): Promise<void> {
    for (const topic of this.batches.keys()) await this.send(topic);
    await Promise.all(this.inFlight);
    if (this.failure) throw this.failure;
  }

  async close(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.producer.disconnect();
  }

  private async send(topic: string): Promise<void> {
    while (this.inFlight.size >= this.maxInFlight) await Promise.race(this.inFlight);
    if (this.failure) throw this.failure;
    const messages = this.batches.get(topic) ?? [];
    if (messages.length === 0) return;
    this.batches.set(topic, []);
    const request = this.producer.send({ topic, messages, acks: -1 }).then(
      () => undefined,
      (error: unknown) => {
        this.failure ??= new Error(`cannot send to ${topic}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      },
    );
    this.inFlight.add(request);
    void request.then(() => this.inFlight.delete(request));
  }
}
