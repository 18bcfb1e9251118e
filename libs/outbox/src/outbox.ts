import { isEvent, type ServiceName, type Topic, topicDefinition, violations } from '@drawbridge/contracts';
import { afterCommit, binaryArray, type Transaction } from '@drawbridge/postgres';
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
  readonly payload: string | null;
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
   * As `append`, many events at once in the order given, in as many statements as one would take. Of the planes of events
   * only: documents of compacted topics are written one by one.
   */
  async appendAll<T extends Topic>(tx: Transaction, events: readonly AppendEvent<T>[]): Promise<void> {
    if (events.length === 0) return;
    const definitions = events.map(({ topic }) => topicDefinition(topic));
    if (definitions.some(({ plane }) => plane === 'state')) throw new Error('documents of compacted topics are appended one by one');
    const ordered = events.filter((_, index) => definitions[index]!.ordering === 'A');
    const next = await nextSequences(tx, ordered.map(aggregateOf));
    const rows = events.map((event, index) => {
      if (definitions[index]!.ordering !== 'A') return this.rowOf(event, undefined, false);
      const source = aggregateOf(event);
      const sequence = next.get(source)!;
      next.set(source, sequence + 1);
      return this.rowOf(event, sequence, false);
    });
    await insertAll(tx, rows);
    this.announce(tx);
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
    await insertAll(tx, [
      { id: uuidv7(), aggregateType, aggregateId, topic, payload: null, sequence: undefined, state: true, headers: {} },
    ]);
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
    const row = this.rowOf(event, sequence, state);
    await insertAll(tx, [row]);
    this.announce(tx);
    return { id: row.id, sequence: sequence ?? 0 };
  }

  private rowOf<T extends Topic>(event: AppendEvent<T>, sequence: number | undefined, state: boolean): Row {
    const { topic, aggregateType, aggregateId, project = 'default', actor, cause } = event;
    const { service, installation } = this.options;
    const id = event.id ?? uuidv7();
    const source = sourceOf(installation, service, aggregateType, aggregateId);
    const time = (event.time ?? new Date()).toISOString();
    const envelope = { id, type: topic, time, project, source, ...(sequence === undefined ? {} : { sequence }), actor };
    const document = { ...envelope, ...event.data };
    const text = JSON.stringify(document);
    // What keeps the contract here keeps it as JSON too; what does not, such as a number that is none, may still arrive as null.
    const broken = isEvent(topic, document) ? [] : violations(topic, JSON.parse(text));
    if (broken.length > 0) {
      throw new ContractBroken(`${topic}: ${broken.map(({ field, message }) => `${field} ${message}`).join('; ')}`);
    }
    const bytes = Buffer.byteLength(text);
    if (bytes > maxDataBytes) {
      throw new ContractBroken(`${topic}: ${bytes} bytes of data, at most ${maxDataBytes} are allowed; refer to larger parts`);
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
    return { id, aggregateType, aggregateId, topic, payload: text, sequence, state, headers };
  }

  private announce(tx: Transaction): void {
    for (const listener of this.listeners) afterCommit(tx, listener);
  }
}

function aggregateOf({ aggregateType, aggregateId }: Pick<Row, 'aggregateType' | 'aggregateId'>): string {
  return `${aggregateType}/${aggregateId}`;
}

/** Locks the aggregate until the transaction ends and takes the next number. */
async function nextSequence(tx: Transaction, aggregateType: string, aggregateId: string): Promise<number> {
  const source = aggregateOf({ aggregateType, aggregateId });
  return (await nextSequences(tx, [source])).get(source)!;
}

/** Locks aggregates, always in the same order, and takes a number for each time one is named: the first of them. */
async function nextSequences(tx: Transaction, sources: readonly string[]): Promise<Map<string, number>> {
  if (sources.length === 0) return new Map();
  const rows: { source: string; first: string }[] = await tx.query(
    `with named as (select source, count(*) as times from unnest($1::text[]) as source group by source order by source)
     insert into sequences as known (source, last) select source, times from named order by source
     on conflict (source) do update set last = known.last + excluded.last
     returning source, last - (select times from named where named.source = known.source) + 1 as first`,
    [sources],
  );
  return new Map(rows.map(({ source, first }) => [source, Number(first)]));
}

/** Locks the aggregate and tells its last number; undefined when it never had an event. */
async function currentSequence(tx: Transaction, aggregateType: string, aggregateId: string): Promise<number | undefined> {
  const rows: { last: string }[] = await tx.query(`select last from sequences where source = $1 for update`, [
    `${aggregateType}/${aggregateId}`,
  ]);
  return rows[0] === undefined ? undefined : Number(rows[0].last);
}

/** In the order given, which is the order in which they are published. */
async function insertAll(tx: Transaction, rows: readonly Row[]): Promise<void> {
  await tx.query(
    `insert into outbox (id, aggregatetype, aggregateid, type, payload, sequence, state, headers)
     select id, aggregatetype, aggregateid, type, payload, sequence, state, headers
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::boolean[], $8::jsonb[])
       with ordinality as new (id, aggregatetype, aggregateid, type, payload, sequence, state, headers, place) order by place`,
    [
      rows.map(({ id }) => id),
      rows.map(({ aggregateType }) => aggregateType),
      rows.map(({ aggregateId }) => aggregateId),
      rows.map(({ topic }) => topic),
      binaryArray(
        'bytea',
        rows.map(({ payload }) => payload),
      ),
      rows.map(({ sequence }) => sequence ?? null),
      rows.map(({ state }) => state),
      binaryArray(
        'jsonb',
        rows.map(({ headers }) => JSON.stringify(headers)),
      ),
    ],
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
