import type { BatchControl, KafkaMessage, RecordBatch } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { RoutingSource } from '../persistence/monitor.directory.js';
import { ArrowReader } from './arrow/arrow.reader.js';
import { arrowLibrary } from './arrow/library.js';
import type { PartitionState } from './partition-state.js';
import type { Partitions } from './partitions.js';
import type { Clock } from './clock.js';
import { Reject } from './reject.js';
import { RowCounter } from './row-counter.js';
import { TopicReading } from './topic-reading.js';
import type { UnknownVersions } from './unknown-versions.js';

/** What reads the messages of one partition: between two rows of a message it waits, and others read theirs. */
interface Reading {
  readonly reader: ArrowReader;
  readonly counter: RowCounter;
}

/** A message whose rows are counted. */
interface Message {
  readonly batch: RecordBatch;
  readonly index: number;
  readonly rows: number;
  envelope: KafkaMessage | undefined;
}

/**
 * Reads messages of many predictions each. The position moves from message to message, so a message is stored whole or
 * not at all: between two of its rows nothing is flushed.
 */
export class BatchIntake {
  private readonly topic: TopicReading;
  private readonly readings = new Map<number, Reading>();

  constructor(
    private readonly partitions: Partitions,
    private readonly routing: RoutingSource,
    unknown: UnknownVersions,
    private readonly clock: Clock,
    log: Logger,
  ) {
    this.topic = new TopicReading(partitions, routing, unknown, () => clock.elapsed(), log);
  }

  handle(batch: RecordBatch, control: BatchControl): Promise<void> {
    const state = this.partitions.state(batch.partition);
    return state.exclusively(() => this.consume(state, batch, control));
  }

  private async consume(state: PartitionState, batch: RecordBatch, control: BatchControl): Promise<void> {
    const from = await this.topic.begin(state, batch, control);
    if (from === undefined) return;
    const reading = await this.reading(state);
    for (let index = from; index < batch.count; index += 1) {
      if (!control.isRunning()) return;
      try {
        if (!(await this.readMessage(reading, state, batch, index))) return this.partitions.readAgain(state);
      } catch (error) {
        this.partitions.stumbled(state, error);
        return this.partitions.rest(state);
      } finally {
        // Every partition has a reader: each may hold a message in memory no longer than it is read.
        reading.reader.close();
      }
      state.next = batch.offset(index) + 1n;
      if (index + 1 === batch.count || !this.partitions.due(state)) continue;
      await this.partitions.flush(state);
      // A flush that failed threw everything away: this batch is read again from where it was stored.
      if (!state.aligned) return this.partitions.rest(state);
    }
    await this.topic.end(state, batch);
  }

  private async reading({ partition }: PartitionState): Promise<Reading> {
    const library = await arrowLibrary();
    let reading = this.readings.get(partition);
    if (reading === undefined) {
      const reader = new ArrowReader(library);
      this.readings.set(partition, (reading = { reader, counter: new RowCounter(reader, this.routing) }));
    }
    return reading;
  }

  /** False when the work was cut off in the middle of it: its first rows are counted, so nothing of this flush may be stored. */
  private async readMessage({ reader, counter }: Reading, state: PartitionState, batch: RecordBatch, index: number): Promise<boolean> {
    const offset = batch.offset(index);
    if (offset < state.stored) {
      // Counted before a restart, unless it was refused: only the ids matter.
      const firstRow = state.firstRows.get(Number(offset));
      if (firstRow !== undefined) remember(reader, state, batch.value(index), firstRow);
      return true;
    }
    state.offset = Number(offset);
    if (state.pending === 0) {
      state.firstPendingMs = this.clock.elapsed();
      state.firstPendingOffset = state.offset;
    }
    state.records += 1;
    const broken = batch.unreadable(index);
    const rows =
      broken === undefined
        ? (state.isolation.condemned.get(state.offset) ??
          carefully(() => reader.open(batch.value(index), batch.header(index, 'traceparent'))))
        : new Reject('unreadable', '(value)', broken);
    if (rows instanceof Reject) {
      counter.refuse(state, rows, batch.message(index));
      state.pending += 1;
      return true;
    }
    const message: Message = { batch, index, rows, envelope: undefined };
    for (let row = 0; row < rows;) {
      this.topic.turnTo(state);
      row = this.count({ reader, counter }, state, message, row);
      if (row < rows && !(await this.topic.waitForMonitor(state, reader.row))) return false;
    }
    state.messages.push({ offset, firstRow: state.row, rows });
    state.pending += rows;
    state.row += rows;
    return true;
  }

  /** Counts rows until the end of the message, or to the first whose monitor may still appear. No await. */
  private count({ reader, counter }: Reading, state: PartitionState, message: Message, from: number): number {
    const { rows } = message;
    const now = this.clock.now();
    const table = this.routing.table();
    for (let row = from; row < rows; row += 1) {
      const found = carefully(() => reader.read(row, now));
      if (found !== undefined) {
        counter.refuse(state, found, rowMessage(reader, envelopeOf(message), found), row);
        continue;
      }
      const target = reader.route(table);
      if (target === undefined && this.topic.mayAppear(reader.row)) return row;
      counter.take(state, target, state.row + row);
    }
    return rows;
  }
}

function remember(reader: ArrowReader, state: PartitionState, value: Buffer | null, firstRow: number): void {
  const rows = carefully(() => reader.open(value));
  if (rows instanceof Reject) return;
  for (let row = 0; row < rows; row += 1) {
    // What cannot be read was refused then as well, so its id was never counted.
    carefully(() => reader.remember(row, state.recent, firstRow + row));
  }
}

/** Whatever a message holds, it must not stop the ones behind it. */
function carefully<T>(read: () => T): T | Reject {
  try {
    return read();
  } catch (error) {
    return new Reject('unreadable', '(value)', error instanceof Error ? error.message : 'unknown');
  }
}

/** All of a message but its rows, copied once: any number of them may be refused. */
function envelopeOf(message: Message): KafkaMessage {
  message.envelope ??= { ...message.batch.message(message.index), value: null };
  return message.envelope;
}

/** A row as it would have come by itself, at the place of its message. */
function rowMessage(reader: ArrowReader, envelope: KafkaMessage, found: Reject): KafkaMessage {
  if (found.code === 'unreadable') return envelope;
  const id = reader.givenId();
  return {
    ...envelope,
    key: id === undefined ? envelope.key : Buffer.from(id),
    value: Buffer.from(reader.json()),
    headers: { ...envelope.headers, 'content-type': 'application/json' },
  };
}
