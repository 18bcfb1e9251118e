import { type ServiceName, type Topic, topicDefinition, violations } from '@drawbridge/contracts';
import { afterCommit, type Transaction } from '@drawbridge/postgres';
import { v7 as uuidv7 } from 'uuid';
import { type DeadLetter, type DeadLetterInput, deadLetterOf } from './dead-letter.js';
import type { AppendEvent } from './event.js';
import { eventHeaders } from './headers.js';
import { sourceOf } from './source.js';

export interface OutboxOptions {
  readonly service: ServiceName;
  readonly installation: string;
}

/** An event that breaks its contract never leaves: this is a bug of the caller. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
  readonly code = 'DBR-EVENT-CONTRACT';
}

const maxDataBytes = 256 * 1024;

interface Row {
  readonly id: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly topic: string;
  readonly payload: Buffer | null;
  readonly sequence: number | undefined;
  readonly state: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Events leave a service through rows that commit with the state they announce. The row is inserted while the
 * aggregate's row in `sequences` is locked, so the order of `seq` is the order of the aggregate's changes.
 */
export class Outbox {
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: OutboxOptions) {}

  /** Calls `listener` after each commit of `inTransaction` that left a row here. */
  onCommitted(listener: () => void): void {
    this.listeners.add(listener);
  }

  /**
   * Writes one event. Throws ContractBroken when the data does not keep the topic's schema. A topic without order
   * (class C) has no sequence and answers 0.
   */
  async append<T extends Topic>(tx: Transaction, event: AppendEvent<T>): Promise<{ id: string; sequence: number }> {
    const { plane, ordering } = topicDefinition(event.topic);
    if (plane === 'state') return this.appendState(tx, event);
    const sequence = ordering === 'A' ? await nextSequence(tx, event.aggregateType, event.aggregateId) : undefined;
    return this.write(tx, event, sequence, false);
  }

  /**
   * Writes the full current document of a compacted topic, after the events that led to it. Its sequence is the last
   * event's, so a reader applies events above it. An aggregate without events counts its documents instead.
   */
  async appendState<T extends Topic>(tx: Transaction, event: AppendEvent<T>): Promise<{ id: string; sequence: number }> {
    const { aggregateType, aggregateId, topic } = event;
    const sequence =
      (await currentSequence(tx, aggregateType, aggregateId)) ?? (await nextSequence(tx, `${aggregateType}#${topic}`, aggregateId));
    return this.write(tx, event, sequence, true);
  }

  /** Removes the document of a compacted topic. */
  async tombstone(
    tx: Transaction,
    state: { readonly topic: Topic; readonly aggregateType: string; readonly aggregateId: string },
  ): Promise<void> {
    const { topic, aggregateType, aggregateId } = state;
    await currentSequence(tx, aggregateType, aggregateId);
    await insert(tx, { id: uuidv7(), aggregateType, aggregateId, topic, payload: null, sequence: undefined, state: true, headers: {} });
    this.announce(tx);
  }

  async deadLetter(tx: Transaction, input: DeadLetterInput): Promise<void> {
    await this.deadLetters(tx, [input]);
  }

  /** Puts messages among the dead letters of their group: a row for people, a row for `<group>.dlq`. Each record once. */
  async deadLetters(tx: Transaction, inputs: readonly DeadLetterInput[]): Promise<void> {
    if (inputs.length === 0) return;
    const now = new Date();
    for (const input of inputs) await insertDeadLetter(tx, input, deadLetterOf(input, now), now);
    this.announce(tx);
  }

  private async write<T extends Topic>(
    tx: Transaction,
    event: AppendEvent<T>,
    sequence: number | undefined,
    state: boolean,
  ): Promise<{ id: string; sequence: number }> {
    const { topic, aggregateType, aggregateId, project = 'default', actor, cause } = event;
    const { service, installation } = this.options;
    const id = event.id ?? uuidv7();
    const source = sourceOf(installation, service, aggregateType, aggregateId);
    const time = (event.time ?? new Date()).toISOString();
    const envelope = { id, type: topic, time, project, source, ...(sequence === undefined ? {} : { sequence }), actor };
    const text = JSON.stringify({ ...envelope, ...event.data });
    const broken = violations(topic, JSON.parse(text));
    if (broken.length > 0) {
      throw new ContractBroken(`${topic}: ${broken.map(({ field, message }) => `${field} ${message}`).join('; ')}`);
    }
    const payload = Buffer.from(text);
    if (payload.length > maxDataBytes) {
      throw new ContractBroken(`${topic}: ${payload.length} bytes of data, at most ${maxDataBytes} are allowed; refer to larger parts`);
    }
    const subject = event.subject ?? `projects/${project}/${aggregateType}/${encodeURIComponent(aggregateId)}`;
    const chainId = cause === undefined ? id : (cause.chainId ?? cause.id);
    const headers = eventHeaders({
      id,
      source,
      topic,
      subject,
      time,
      key: aggregateId,
      project,
      sequence,
      actor,
      chainId,
      causeId: cause?.id,
      originTraceparent: cause?.originTraceparent,
    });
    await insert(tx, { id, aggregateType, aggregateId, topic, payload, sequence, state, headers });
    this.announce(tx);
    return { id, sequence: sequence ?? 0 };
  }

  private announce(tx: Transaction): void {
    for (const listener of this.listeners) afterCommit(tx, listener);
  }
}

/** Locks the aggregate until the transaction ends and takes the next number. */
async function nextSequence(tx: Transaction, aggregateType: string, aggregateId: string): Promise<number> {
  const rows: { last: string }[] = await tx.query(
    `insert into sequences (source, last) values ($1, 1)
     on conflict (source) do update set last = sequences.last + 1 returning last`,
    [`${aggregateType}/${aggregateId}`],
  );
  return Number(rows[0]?.last);
}

/** Locks the aggregate and tells its last number; undefined when it never had an event. */
async function currentSequence(tx: Transaction, aggregateType: string, aggregateId: string): Promise<number | undefined> {
  const rows: { last: string }[] = await tx.query(`select last from sequences where source = $1 for update`, [
    `${aggregateType}/${aggregateId}`,
  ]);
  return rows[0] === undefined ? undefined : Number(rows[0].last);
}

async function insert(tx: Transaction, row: Row): Promise<void> {
  await tx.query(
    `insert into outbox (id, aggregatetype, aggregateid, type, payload, sequence, state, headers)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.id, row.aggregateType, row.aggregateId, row.topic, row.payload, row.sequence ?? null, row.state, JSON.stringify(row.headers)],
  );
}

async function insertDeadLetter(tx: Transaction, input: DeadLetterInput, letter: DeadLetter, now: Date): Promise<void> {
  const { group, message, attempts = 1, firstSeen = now } = input;
  await tx.query(
    `with letter as (
       insert into dead_letters (id, consumer_group, topic, partition, record_offset, event_id, key, payload, bytes, sha256,
                                 headers, reason, error, attempts, first_seen)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (id) do nothing returning id, key, payload)
     insert into outbox (id, aggregatetype, aggregateid, type, key, payload, headers)
     select id, 'dead-letters', $16, $17, key, payload, $18 from letter`,
    [
      letter.id,
      group,
      message.topic,
      message.partition,
      String(message.offset),
      letter.eventId ?? null,
      letter.key,
      letter.payload,
      letter.bytes,
      letter.sha256,
      JSON.stringify(letter.originalHeaders),
      letter.reason,
      letter.error ?? null,
      attempts,
      firstSeen,
      `${group}/${message.topic}/${message.partition}`,
      letter.topic,
      JSON.stringify(letter.headers),
    ],
  );
}
