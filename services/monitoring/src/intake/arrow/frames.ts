import { batchLimits } from '@drawbridge/contracts';
import { Reject } from '../reject.js';
import { Table } from './flat-table.js';

/** What the frames of a message say about it before anything in it is decoded. */
export interface Frames {
  /** The frames of the stream, at an address that typed arrays can begin at. */
  readonly bytes: Uint8Array;
  readonly rows: number;
}

const HEADER = { schema: 1, dictionary: 2, rows: 3 } as const;
const TYPE = { timestamp: 10, union: 14 } as const;
const MAGIC = Buffer.from('ARROW1\0\0');
/** Columns lie in the schema itself; what is deeper belongs to columns that nobody reads. */
const DEEPEST = 8;

/**
 * Walks the frames of an Arrow IPC stream, or of a file, which is a stream between two marks (as pyarrow writes it; what
 * apache-arrow of JavaScript calls a file has no stream in it). Whoever sends may be a
 * stranger, and the library decodes whatever a schema says: a few bytes that refer to each other could keep it busy for
 * ever. So everything it would follow is walked first, within a budget.
 */
export function framesOf(value: Buffer | null): Frames | Reject {
  if (value === null || value.length === 0) return new Reject('empty', '(value)', 'the message has no value');
  if (value.length > batchLimits.valueBytes) {
    return new Reject(
      'too-large',
      '(value)',
      `${value.length} bytes, at most ${batchLimits.valueBytes} are allowed: send fewer rows per message`,
    );
  }
  const isFile = value.subarray(0, MAGIC.length).equals(MAGIC);
  const bytes = new Uint8Array(value.subarray(isFile ? MAGIC.length : 0));
  try {
    return new Walk(bytes).frames();
  } catch (error) {
    if (error instanceof Reject) return error;
    if (error instanceof RangeError) return notArrow('it ends too early, or its parts point outside of it');
    throw error;
  }
}

function notArrow(why: string): Reject {
  return new Reject('not-arrow', '(value)', `the value is not an Arrow IPC stream: ${why}`);
}

class Walk {
  private rows = 0;
  private batches = 0;
  /** What may still be followed: one for each table, and one for each byte of text. */
  private budget: number;
  private fields = 0;
  /** Which node of a record batch is the first one of each column, and how many there are. */
  private readonly columnNodes: number[] = [];
  private nodes = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.budget = 4 * bytes.length;
  }

  frames(): Frames {
    const { bytes } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (let frame = 0; at + 4 <= bytes.length; frame += 1) {
      let size = view.getInt32(at, true);
      at += 4;
      if (size === -1) {
        size = view.getInt32(at, true);
        at += 4;
      }
      if (size === 0) break;
      if (size < 0 || size > bytes.length - at) throw notArrow('a frame is longer than the message');
      const message = Table.root(new DataView(bytes.buffer, bytes.byteOffset + at, size));
      const body = Number(message.int64(3));
      at += size;
      if (body < 0 || body > bytes.length - at) throw notArrow('the body of a frame is longer than the message');
      at += body;
      this.frame(message, frame);
    }
    if (this.fields === 0) throw notArrow('it has no schema');
    return { bytes, rows: this.rows };
  }

  private frame(message: Table, index: number): void {
    const kind = message.uint8(1);
    const header = message.table(2);
    if (header === undefined) throw notArrow('a frame has no header');
    if ((kind === HEADER.schema) !== (index === 0)) throw notArrow('one schema must stand at its beginning');
    this.metadata(message, 4);
    if (kind === HEADER.schema) this.schema(header);
    else if (kind === HEADER.rows) this.recordBatch(header, true);
    else if (kind === HEADER.dictionary) this.recordBatch(header.table(1), false);
    else throw notArrow('it holds tensors');
  }

  private recordBatch(batch: Table | undefined, counts: boolean): void {
    if (batch === undefined) throw notArrow('a frame has no header');
    if (batch.table(3) !== undefined) {
      const fix = 'write it without, and let the Kafka client compress (compression.type=gzip)';
      throw new Reject('compressed', '(value)', `the bodies are compressed by Arrow: ${fix}`);
    }
    const rows = Number(batch.int64(0));
    this.lengths(batch, rows, counts ? this.columnNodes : [0]);
    if (!counts) return;
    this.batches += 1;
    this.rows += rows;
    if (rows < 0) throw notArrow('a number of rows is negative');
    if (this.rows > batchLimits.rows || this.batches > batchLimits.recordBatches) {
      const most = `${batchLimits.rows} rows in ${batchLimits.recordBatches} record batches`;
      throw new Reject('too-large', '(value)', `a message may hold at most ${most}: send fewer per message`);
    }
  }

  /** Every column is as long as its batch; the library would make room for the longest. */
  private lengths(batch: Table, rows: number, columns: readonly number[]): void {
    batch.checkVector(1, 16);
    batch.checkVector(2, 16);
    batch.checkVector(4, 8);
    const count = batch.vectorLength(1);
    if (columns.some((index) => index >= count || Number(batch.int64At(1, 2 * index)) !== rows)) {
      throw notArrow('a column is not as long as its record batch');
    }
    const most = 8 * this.bytes.length;
    for (let index = 0; index < count; index += 1) {
      const length = Number(batch.int64At(1, 2 * index));
      if (length < 0 || length > most) throw notArrow('a column is longer than the message');
    }
  }

  private schema(schema: Table): void {
    if (schema.int16(0) !== 0) throw notArrow('its numbers are big-endian');
    this.metadata(schema, 2);
    for (const field of schema.tables(1)) {
      this.columnNodes.push(this.nodes);
      this.field(field, 0);
    }
  }

  private field(field: Table, depth: number): void {
    this.fields += 1;
    if (this.fields > batchLimits.columns || depth > DEEPEST) {
      throw new Reject('out-of-bounds', '(value)', `a message may have at most ${batchLimits.columns} columns, nested ones included`);
    }
    this.spend(1 + field.textBytes(0));
    const type = field.uint8(2);
    if (type === TYPE.union) throw new Reject('wrong-type', '(value)', 'columns of type union cannot be read');
    // Of all types only a timestamp has a text, its zone.
    if (type === TYPE.timestamp) this.spend(field.table(3)?.textBytes(1) ?? 0);
    this.metadata(field, 6);
    this.nodes += 1;
    const { nodes } = this;
    for (const child of field.tables(5)) this.field(child, depth + 1);
    // The children of a dictionary are in the dictionary.
    if (field.table(4) !== undefined) this.nodes = nodes;
  }

  private metadata(table: Table, slot: number): void {
    for (const entry of table.tables(slot)) this.spend(1 + entry.textBytes(0) + entry.textBytes(1));
  }

  private spend(cost: number): void {
    this.budget -= cost;
    if (this.budget < 0) throw notArrow('its parts refer to each other too often');
  }
}
