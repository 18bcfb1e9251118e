import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { type ConsumerGroup, type Topic, topicNames } from '@drawbridge/contracts';
import { type ConsumerHealth, type Consumption, type EventLog, ok, type Outcome } from '@drawbridge/kafka';
import { checkRetention, type Inbox, type IncomingEvent, type Outbox } from '@drawbridge/outbox';
import type { Logger } from '@drawbridge/telemetry';
import { isObservable, lastValueFrom } from 'rxjs';
import type { DataSource } from 'typeorm';
import type { EventContext } from './event-context.js';
import { EventProcessor } from './event-processor.js';

export interface EventTransportOptions {
  readonly service: string;
  readonly group: ConsumerGroup;
  readonly eventLog: EventLog;
  readonly dataSource: DataSource;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly log: Logger;
  readonly committed?: () => void;
  readonly laterMs?: number;
}

const kinds: readonly unknown[] = ['ok', 'drop', 'dead', 'later'];

/**
 * Nest's microservice over our event log: `@EventPattern('model.registered')` methods of controllers become handlers of
 * one consumer group. A method returns an `Outcome`; returning nothing counts as ok. Several methods may share a topic:
 * they run in one transaction and the first that does not say ok decides for all.
 */
export class EventTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors: boolean = true;
  readonly processor: EventProcessor;
  private readonly handlersByTopic = new Map<string, MessageHandler[]>();
  private consumption: Consumption | undefined;

  constructor(private readonly options: EventTransportOptions) {
    super();
    const { service, group, dataSource, outbox, inbox, log, committed, laterMs } = options;
    this.processor = new EventProcessor({
      service,
      group,
      dataSource,
      outbox,
      inbox,
      log,
      dispatch: (event, context) => this.dispatch(event, context),
      ...(committed === undefined ? {} : { committed }),
      ...(laterMs === undefined ? {} : { laterMs }),
    });
  }

  get topics(): readonly string[] {
    return [...this.handlersByTopic.keys()];
  }

  /** Kept apart instead of chained, since a chain would run them at the same time on one connection. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false): void {
    const topic = String(pattern);
    if (!isEventHandler) throw new Error(`${topic}: use @EventPattern, there are no request-response messages here`);
    if (!topicNames.includes(topic)) throw new Error(`${topic} is not a topic of the contract`);
    this.handlersByTopic.set(topic, [...(this.handlersByTopic.get(topic) ?? []), callback]);
  }

  /** Nest calls this; the consumption itself begins with `consume`, at its place in the start order. */
  listen(callback: (...args: unknown[]) => unknown): void {
    callback();
  }

  async consume(): Promise<void> {
    const { eventLog, group } = this.options;
    if (this.topics.length === 0) return;
    await this.refuseForgetful();
    this.consumption = await eventLog.consume({
      group,
      topics: this.topics,
      // A message that waits must not hold up other partitions, or it may wait for one behind itself.
      partitionsConcurrently: 32,
      handle: (message) => this.processor.handle(message),
    });
  }

  /** Throws when a topic keeps messages longer than the inbox remembers them. A broker that is away is not asked. */
  private async refuseForgetful(): Promise<void> {
    const { eventLog, log } = this.options;
    const actual = await eventLog.retention?.(this.topics).catch((error: unknown) => {
      log.warn('the retention of topics could not be read, the contract’s is assumed', { error });
      return undefined;
    });
    checkRetention(this.topics, actual === undefined ? {} : { actual });
  }

  async close(): Promise<void> {
    const running = this.consumption;
    this.consumption = undefined;
    await running?.stop();
  }

  health(): ConsumerHealth | undefined {
    return this.consumption?.health();
  }

  on(): never {
    throw new Error('the event transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.options.eventLog as T;
  }

  private async dispatch(event: IncomingEvent<Topic>, context: EventContext): Promise<Outcome> {
    const handlers = this.handlersByTopic.get(event.topic) ?? [];
    if (handlers.length === 0) return { kind: 'dead', reason: `no handler for ${event.topic}` };
    let dropped: Outcome | undefined;
    for (const handler of handlers) {
      const outcome = await outcomeOf(handler, event, context);
      if (outcome.kind === 'dead' || outcome.kind === 'later') return outcome;
      if (outcome.kind === 'drop') dropped ??= outcome;
    }
    return dropped ?? ok;
  }
}

async function outcomeOf(handler: MessageHandler, event: IncomingEvent<Topic>, context: EventContext): Promise<Outcome> {
  const returned: unknown = await handler(event.data, context);
  const value: unknown = isObservable(returned) ? await lastValueFrom(returned, { defaultValue: undefined }) : returned;
  if (value === undefined || value === null) return ok;
  if (typeof value === 'object' && 'kind' in value && kinds.includes(value.kind)) return value as Outcome;
  throw new TypeError(`the handler of ${event.topic} returned no outcome`);
}
