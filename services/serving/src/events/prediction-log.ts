import { eventLimits } from '@drawbridge/contracts';
import type { OutgoingMessage } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import { type LoggedCall, predictionsOf } from '../domain/prediction.js';

export interface PredictionLogOptions {
  produce(messages: readonly OutgoingMessage[]): Promise<void>;
  readonly log: Logger;
  /** Rows that may wait. */
  readonly limitRows: number;
  readonly lingerMs: number;
  /** Called for every loss with the rows lost. */
  onDropped(reason: DropReason, rows: number): void;
  readonly maxBatchRows?: number;
  readonly retryMs?: number;
}

export type DropReason = 'queue-full' | 'shutdown';

/** Values sent in one request to Kafka. */
const MAX_SEND_BYTES = 768 * 1024;

/**
 * Writes predictions to Kafka away from the requests. `offer` only remembers; encoding and sending happen later, in batches,
 * in order. While Kafka is away the queue grows to its bound, then further calls are lost: counted, and announced in the
 * field `dropped` of the next event of the same endpoint and version, so that monitoring knows its window is incomplete.
 */
export class PredictionLog {
  private queue: LoggedCall[] = [];
  private queuedRows = 0;
  private readonly unannounced = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  /** Taken from the queue, not yet acknowledged by Kafka. */
  private inHand: readonly LoggedCall[] = [];
  private stopping = false;
  private givenUp = false;
  private failing = false;

  constructor(private readonly options: PredictionLogOptions) {}

  /** Rows that wait for Kafka. */
  get waitingRows(): number {
    return this.queuedRows;
  }

  /** False when the call was lost. */
  offer(call: LoggedCall): boolean {
    if (this.queuedRows + call.rows > this.options.limitRows) {
      this.drop(call, 'queue-full');
      return false;
    }
    this.queue.push(call);
    this.queuedRows += call.rows;
    this.schedule();
    return true;
  }

  /** Sends what waits, for as long as the time allows; the rest is lost and counted. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      late = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.drain(), tooLate]);
    clearTimeout(late);
    this.givenUp = true;
    for (const call of [...this.inHand, ...this.queue.splice(0)]) this.drop(call, 'shutdown');
    this.queuedRows = 0;
  }

  private schedule(): void {
    if (this.timer !== undefined || this.sending !== undefined || this.stopping) return;
    const due = this.queuedRows >= (this.options.maxBatchRows ?? 1000) ? 0 : this.options.lingerMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.drain();
    }, due);
  }

  private drain(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
      if (this.queue.length > 0) this.schedule();
    });
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0) {
      const { calls, rows } = this.take();
      this.inHand = calls;
      for (const messages of this.encode(calls)) await this.send(messages);
      if (this.givenUp) return;
      this.inHand = [];
      this.queuedRows -= rows;
    }
  }

  /** Calls up to a batch; they stay counted as waiting until Kafka has them. */
  private take(): { calls: LoggedCall[]; rows: number } {
    const most = this.options.maxBatchRows ?? 1000;
    let rows = 0;
    let count = 0;
    while (count < this.queue.length && (count === 0 || rows + this.queue[count]!.rows <= most)) rows += this.queue[count++]!.rows;
    return { calls: this.queue.splice(0, count), rows };
  }

  /** Repeats until Kafka has the messages: the same bytes, so that a repeat is recognised by its prediction id. */
  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    while (!this.givenUp) {
      try {
        await this.options.produce(messages);
        if (this.failing) this.options.log.info('predictions reach Kafka again', { waiting: this.queuedRows });
        this.failing = false;
        return;
      } catch (error) {
        if (!this.failing) this.options.log.error('predictions do not reach Kafka and wait', { waiting: this.queuedRows, error });
        this.failing = true;
        await new Promise((resolve) => setTimeout(resolve, this.options.retryMs ?? 500));
      }
    }
  }

  private *encode(calls: readonly LoggedCall[]): Generator<OutgoingMessage[]> {
    let messages: OutgoingMessage[] = [];
    let bytes = 0;
    for (const call of calls) {
      for (const message of this.messagesOf(call)) {
        const size = Buffer.byteLength(String(message.value));
        if (bytes + size > MAX_SEND_BYTES && messages.length > 0) {
          yield messages;
          messages = [];
          bytes = 0;
        }
        messages.push(message);
        bytes += size;
      }
    }
    if (messages.length > 0) yield messages;
  }

  private *messagesOf(call: LoggedCall): Generator<OutgoingMessage> {
    const headers = {
      'content-type': 'application/json',
      ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
    };
    for (const prediction of predictionsOf(call)) {
      const dropped = this.announce(call);
      const event = dropped === 0 ? prediction : { ...prediction, dropped };
      let value = JSON.stringify(event);
      // A row that is too large keeps its place in the counts, without its features.
      if (Buffer.byteLength(value) > eventLimits.valueBytes) value = JSON.stringify({ ...event, features: {} });
      yield { topic: 'prediction.logged', key: prediction.predictionId, value, headers };
    }
  }

  private announce(call: LoggedCall): number {
    if (this.unannounced.size === 0) return 0;
    const key = streamOf(call);
    const dropped = this.unannounced.get(key) ?? 0;
    this.unannounced.delete(key);
    return dropped;
  }

  private drop(call: LoggedCall, reason: DropReason): void {
    const key = streamOf(call);
    this.unannounced.set(key, (this.unannounced.get(key) ?? 0) + call.rows);
    this.options.onDropped(reason, call.rows);
  }
}

/** What one monitor watches. */
function streamOf({ endpoint, target }: LoggedCall): string {
  return `${endpoint.endpointId}\0${target.version}`;
}
