import { type ConsumerGroup, topicDefinition, topicNames, type Topic } from '@drawbridge/contracts';
import { Deferral, type KafkaMessage, type Outcome } from '@drawbridge/kafka';
import { decodeEvent, type Inbox, type IncomingEvent, type Outbox } from '@drawbridge/outbox';
import { inTransaction, isTransient, type Transaction } from '@drawbridge/postgres';
import { inSpan, type Logger, metrics } from '@drawbridge/telemetry';
import type { DataSource } from 'typeorm';
import { PeerUnavailable } from '../peer-client.js';
import { contextOf, type EventContext } from './event-context.js';
import { Serial } from './serial.js';

/** What one consumer does with an event. It may throw: a transient error is retried, any other is a dead letter. */
export type Dispatch = (event: IncomingEvent<Topic>, context: EventContext) => Promise<Outcome>;

export interface EventProcessorOptions {
  readonly service: string;
  readonly group: ConsumerGroup;
  readonly dataSource: DataSource;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly log: Logger;
  readonly dispatch: Dispatch;
  /** Called after a commit that may hold outbox rows. */
  readonly committed?: () => void;
  /** How long `later` is retried before the message is dead; default 60 s. */
  readonly laterMs?: number;
}

/** Ends a transaction without commit and carries the handler's verdict out of it. */
class Undo extends Error {
  constructor(readonly outcome: Outcome) {
    super('undone');
  }
}

interface Attempt {
  readonly firstAt: Date;
  /** The same moment on a clock that nobody can set: a jump must not end the waiting. */
  readonly beganMs: number;
  count: number;
}

/**
 * The road of one control event: decode, inbox and sequence gate, handler, outbox rows, all in one transaction. What
 * can never be handled becomes a dead letter in a transaction of the same kind; what cannot be handled now is thrown
 * back to the log, which offers it again. One message at a time per process, so that handlers never race each other.
 */
export class EventProcessor {
  private readonly serial = new Serial();
  private readonly attempts = new Map<string, Attempt>();
  private readonly duration;
  private readonly deadLetters;

  constructor(private readonly options: EventProcessorOptions) {
    const prefix = `drawbridge_${options.service}`;
    this.duration = metrics.histogram(`${prefix}_event_handling_duration_seconds`, 'Time to handle an event, commit included.', {
      labelNames: ['group', 'topic', 'outcome'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    });
    this.deadLetters = metrics.counter(`${prefix}_dead_letters_total`, 'Messages that could not be handled.', ['group', 'topic']);
  }

  get group(): ConsumerGroup {
    return this.options.group;
  }

  /** For `EventLog.consume`: returns when the message is done with, throws when it must be offered again. */
  async handle(message: KafkaMessage): Promise<void> {
    if (message.headers['ce_replayid'] !== undefined || isTombstone(message)) return;
    const place = `${message.topic}/${message.partition}/${message.offset}`;
    const attempt = this.attempts.get(place) ?? { firstAt: new Date(), beganMs: performance.now(), count: 0 };
    attempt.count += 1;
    this.attempts.set(place, attempt);
    const begun = performance.now();
    const outcome = await this.process(message, attempt);
    this.attempts.delete(place);
    this.duration.observe({ group: this.group, topic: message.topic, outcome }, (performance.now() - begun) / 1000);
  }

  /**
   * Handles a dead letter again inside the caller's transaction, which also marks it as replayed. The sequence gate is
   * left out: later events of the source may have been handled since.
   */
  async replay(tx: Transaction, message: KafkaMessage): Promise<Outcome> {
    const decoded = decodeEvent(message);
    if (!decoded.ok) return { kind: 'dead', reason: decoded.reason };
    const { event } = decoded;
    const { id, source, topic } = event;
    const accepted = await this.options.inbox.accept(tx, { consumer: this.group, eventId: id, source, topic });
    if (accepted !== 'new') return { kind: 'drop', reason: 'handled before' };
    try {
      return await this.options.dispatch(event, contextOf(tx, event));
    } catch (error) {
      if (isWaiting(error)) throw error;
      return { kind: 'dead', reason: reasonOf(error), error };
    }
  }

  private async process(message: KafkaMessage, attempt: Attempt): Promise<string> {
    const decoded = safeDecode(message);
    if (!decoded.ok) {
      // Another major version of the event: its own consumers read it.
      if (decoded.skip === true) return 'skip';
      await this.bury(message, decoded.reason, undefined, attempt);
      return 'dead';
    }
    const { event } = decoded;
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.destination.name': event.topic,
      'messaging.consumer.group.name': this.group,
      'messaging.message.id': event.id,
    };
    return inSpan(`process ${event.topic}`, { kind: 'consumer', parent: event.trace, attributes }, async (span) => {
      const outcome = await this.serial.run(() => this.attemptOnce(event));
      span.setAttribute('drawbridge.outcome', outcome.kind);
      if (outcome.kind === 'later') await this.wait(event, outcome.reason, attempt);
      if (outcome.kind === 'dead') await this.bury(message, outcome.reason, outcome.error, attempt);
      if (outcome.kind === 'drop') this.options.log.debug('event dropped', { ...this.facts(message), reason: outcome.reason });
      return outcome.kind;
    });
  }

  private async attemptOnce(event: IncomingEvent<Topic>): Promise<Outcome> {
    const { dataSource, inbox, dispatch } = this.options;
    const { id, source, topic, sequence } = event;
    try {
      const outcome = await inTransaction(dataSource, async (tx): Promise<Outcome> => {
        const accepted = await inbox.accept(tx, { consumer: this.group, eventId: id, source, topic, sequence });
        if (accepted !== 'new') return { kind: 'drop', reason: accepted };
        const verdict = await dispatch(event, contextOf(tx, event));
        if (verdict.kind === 'dead' || verdict.kind === 'later') throw new Undo(verdict);
        return verdict;
      });
      this.options.committed?.();
      return outcome;
    } catch (error) {
      if (error instanceof Undo) return error.outcome;
      // Other topics go on meanwhile; a database that is away holds up all of them anyway.
      if (error instanceof PeerUnavailable) throw new Deferral(error.message, 1000);
      if (isWaiting(error)) throw error;
      return { kind: 'dead', reason: reasonOf(error), error };
    }
  }

  /** Throws the message back to the log until its time is up, then it is dead. */
  private async wait(event: IncomingEvent<Topic>, reason: string, attempt: Attempt): Promise<void> {
    const waited = performance.now() - attempt.beganMs;
    if (waited < (this.options.laterMs ?? 60_000)) throw new Deferral(reason, Math.min(2000, 50 * 2 ** Math.min(attempt.count, 10)));
    await this.bury(event.message, `${reason} (waited ${Math.round(waited / 1000)} s)`, undefined, attempt);
  }

  private async bury(message: KafkaMessage, reason: string, error: unknown, attempt: Attempt): Promise<void> {
    const { dataSource, outbox, log, committed } = this.options;
    await inTransaction(dataSource, (tx) =>
      outbox.deadLetter(tx, { group: this.group, message, reason, error, attempts: attempt.count, firstSeen: attempt.firstAt }),
    );
    committed?.();
    this.deadLetters.inc({ group: this.group, topic: message.topic });
    log.error('a message went to the dead letters', { ...this.facts(message), reason, ...(error === undefined ? {} : { error }) });
  }

  private facts(message: KafkaMessage): Record<string, unknown> {
    const { topic, partition, offset } = message;
    return { group: this.group, topic, partition, offset: String(offset), eventId: message.headers['ce_id'] };
  }
}

/** Errors that mean the world is not ready, not that the message is wrong. */
function isWaiting(error: unknown): boolean {
  return error instanceof PeerUnavailable || isTransient(error);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function isTombstone(message: KafkaMessage): boolean {
  return message.value === null && topicNames.includes(message.topic) && topicDefinition(message.topic).plane === 'state';
}

function safeDecode(message: KafkaMessage): ReturnType<typeof decodeEvent> {
  try {
    return decodeEvent(message);
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}
