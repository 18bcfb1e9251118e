const CHUNK = 64 * 1024;
/** A message of the protocol begins with its letter and its length. */
const FRAME = 5;
/** Texts up to this length have room for every character at its longest without being measured first. */
const SHORT = 4096;
/** Longer ASCII is written faster by the runtime than character by character. */
const TINY = 48;
/** From 1970 to 2000, where PostgreSQL's time begins. */
const EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;

/** Types by their names, with the numbers the server has for them. */
const OIDS = { boolean: 16, int8: 20, int4: 23, text: 25, float8: 701, timestamptz: 1184, uuid: 2950 } as const;

/** Columns in the order of their values. */
export type CopyColumns = readonly (readonly [name: string, type: keyof typeof OIDS])[];

/** Chunks whose rows are stored, for the next rows: at most 8 MiB. */
const spare: Buffer[] = [];
const MOST_SPARE = 128;

const beginning = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const end = Buffer.from([0xff, 0xff]);

/**
 * Rows in PostgreSQL's binary COPY format, written value by value in the order of the columns. They can be sent any number
 * of times; `copyInto` sends them.
 */
export class CopyRows {
  /** Rows begun so far. */
  count = 0;
  private readonly full: Buffer[] = [];
  private fullBytes = 0;
  private chunk: Buffer = Buffer.alloc(0);
  private at = FRAME;

  constructor(readonly columns: CopyColumns) {}

  /** Bytes that will be sent. */
  get size(): number {
    return this.fullBytes + this.at;
  }

  /** Begins a row; exactly one value per column must follow. */
  row(): void {
    this.room(2);
    this.at = this.chunk.writeInt16BE(this.columns.length, this.at);
    this.count += 1;
  }

  none(): void {
    this.length(-1, 0);
  }

  text(value: string): void {
    const { length } = value;
    this.room(4 + (length <= SHORT ? 3 * length : Buffer.byteLength(value)));
    const start = this.at + 4;
    let bytes = length <= TINY ? asciiInto(this.chunk, start, value) : -1;
    if (bytes < 0) bytes = this.chunk.write(value, start);
    this.chunk.writeInt32BE(bytes, this.at);
    this.at = start + bytes;
  }

  /** A value in the form the server has for it; for text, it must be valid UTF-8. */
  bytes(source: Uint8Array, from = 0, to = source.length): void {
    this.length(to - from, to - from);
    this.chunk.set(from === 0 && to === source.length ? source : source.subarray(from, to), this.at);
    this.at += to - from;
  }

  boolean(value: boolean): void {
    this.length(1, 1);
    this.chunk[this.at] = value ? 1 : 0;
    this.at += 1;
  }

  int4(value: number): void {
    this.length(4, 4);
    this.at = this.chunk.writeInt32BE(value, this.at);
  }

  /** A whole number that a double holds exactly. */
  int8(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.length(8, 8);
    this.at = this.chunk.writeInt32BE(high, this.at);
    this.at = this.chunk.writeUInt32BE(value - high * TWO_32, this.at);
  }

  /** A double; zero has no sign. */
  float8(value: number): void {
    this.length(8, 8);
    this.at = this.chunk.writeDoubleBE(value + 0, this.at);
  }

  /** A timestamptz, from milliseconds since 1970, rounded to microseconds. */
  time(ms: number): void {
    this.int8(Math.round((ms - EPOCH_MS) * 1000));
  }

  /** The messages to send, whole; valid until the next row. */
  messages(): Buffer[] {
    const last = this.at > FRAME ? [closed(this.chunk, this.at)] : [];
    return [message(beginning), ...this.full, ...last, message(end)];
  }

  /** The same values column by column, each as an array in the server's binary form. */
  arrays(): Buffer[] {
    const values = this.columns.map((): Buffer[] => []);
    let column = -1;
    for (const chunk of [...this.full, this.chunk.subarray(0, this.at)]) {
      for (let at = FRAME; at < chunk.length;) {
        if (column < 0) {
          column = 0;
          at += 2;
          continue;
        }
        const next = at + 4 + Math.max(0, chunk.readInt32BE(at));
        values[column]!.push(chunk.subarray(at, next));
        column = column + 1 === this.columns.length ? -1 : column + 1;
        at = next;
      }
    }
    return values.map((found, i) => {
      const head = Buffer.alloc(20);
      [1, 1, OIDS[this.columns[i]![1]], this.count, 1].forEach((word, n) => head.writeInt32BE(word, 4 * n));
      return Buffer.concat([head, ...found]);
    });
  }

  /** Gives the memory to other rows. Only when the server has answered for all of it; nothing of this is used afterwards. */
  release(): void {
    for (const { buffer, byteOffset } of [...this.full, this.chunk]) {
      const whole = byteOffset === 0 && buffer.byteLength === CHUNK;
      if (whole && spare.length < MOST_SPARE) spare.push(Buffer.from(buffer as ArrayBuffer));
    }
    this.full.length = 0;
    this.fullBytes = 0;
    this.chunk = Buffer.alloc(0);
    this.at = FRAME;
  }

  /** A length, and room for so many bytes. */
  private length(value: number, bytes: number): void {
    this.room(4 + bytes);
    this.at = this.chunk.writeInt32BE(value, this.at);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.chunk.length) return;
    if (this.at > FRAME) {
      this.full.push(closed(this.chunk, this.at));
      this.fullBytes += this.at;
    }
    this.chunk = FRAME + bytes <= CHUNK ? (spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK)) : Buffer.allocUnsafeSlow(FRAME + bytes);
    this.at = FRAME;
  }
}

/** Bytes written, or -1 when the text is not all ASCII. */
function asciiInto(target: Buffer, start: number, text: string): number {
  const { length } = text;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 127) return -1;
    target[start + i] = code;
  }
  return length;
}

/** A chunk up to there as one message of copied data. */
function closed(chunk: Buffer, to: number): Buffer {
  chunk[0] = 0x64;
  chunk.writeInt32BE(to - 1, 1);
  return chunk.subarray(0, to);
}

function message(payload: Buffer): Buffer {
  return closed(Buffer.concat([Buffer.alloc(FRAME), payload]), FRAME + payload.length);
}
