/** Where the records of a batch and their parts stand; positions in one buffer, an end of -1 for null. */
export class RecordIndex {
  count = 0;
  /** Exact to 2^53, which no offset reaches. */
  offset = new Float64Array(1024);
  timestamp = new Float64Array(1024);
  keyStart = new Int32Array(1024);
  keyEnd = new Int32Array(1024);
  valueStart = new Int32Array(1024);
  valueEnd = new Int32Array(1024);
  /** The count of headers, then the headers. */
  headersFrom = new Int32Array(1024);

  /** Makes room for as many more. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.offset.length) return;
    const size = Math.max(needed, this.offset.length * 2);
    this.offset = grown(this.offset, new Float64Array(size));
    this.timestamp = grown(this.timestamp, new Float64Array(size));
    this.keyStart = grown(this.keyStart, new Int32Array(size));
    this.keyEnd = grown(this.keyEnd, new Int32Array(size));
    this.valueStart = grown(this.valueStart, new Int32Array(size));
    this.valueEnd = grown(this.valueEnd, new Int32Array(size));
    this.headersFrom = grown(this.headersFrom, new Int32Array(size));
  }
}

function grown<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** What a walk needs of a batch's header. */
export interface WalkedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly appendTime: boolean;
  readonly count: number;
}

/**
 * Adds the records between two positions to the index, those before `fromOffset` aside. Nothing is copied and no object
 * is made per record. Returns false, and leaves the index as it was, when the bytes are no records.
 */
export function walkRecords(index: RecordIndex, bytes: Buffer, from: number, to: number, batch: WalkedBatch, fromOffset: number): boolean {
  const before = index.count;
  // A record has seven bytes at least; a count that cannot be is found before memory is asked for.
  if (batch.count < 0 || batch.count * 7 > to - from) return false;
  index.reserve(batch.count);
  const { offset, timestamp, keyStart, keyEnd, valueStart, valueEnd, headersFrom } = index;
  let at = from;
  let n = before;
  for (let record = 0; record < batch.count; record += 1) {
    // Lengths are read as unsigned varints and unfolded: the lowest bit is the sign.
    let shift = 0;
    let raw = 0;
    let byte: number;
    do {
      if (at >= to || shift > 28) return false;
      byte = bytes[at++]!;
      raw |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const end = at + (raw >>> 1);
    if ((raw & 1) === 1 || end > to) return false;
    at += 1; // attributes

    // The time's distance may need more than 32 bits.
    let low = 0;
    let scale = 1;
    do {
      if (at >= end || scale > 0x80_0000_0000_0000) return false;
      byte = bytes[at++]!;
      low += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    const time = batch.appendTime ? batch.maxTimestamp : batch.baseTimestamp + (low % 2 === 0 ? low / 2 : -(low + 1) / 2);

    shift = 0;
    raw = 0;
    do {
      if (at >= end || shift > 28) return false;
      byte = bytes[at++]!;
      raw |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const place = batch.baseOffset + ((raw >>> 1) ^ -(raw & 1));

    shift = 0;
    raw = 0;
    do {
      if (at >= end || shift > 28) return false;
      byte = bytes[at++]!;
      raw |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const keyFrom = at;
    if ((raw & 1) === 0) at += raw >>> 1;
    else if (raw !== 1) return false;
    const keyTo = (raw & 1) === 0 ? at : -1;
    if (at >= end) return false;

    shift = 0;
    raw = 0;
    do {
      if (at >= end || shift > 28) return false;
      byte = bytes[at++]!;
      raw |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const valueFrom = at;
    if ((raw & 1) === 0) at += raw >>> 1;
    else if (raw !== 1) return false;
    const valueTo = (raw & 1) === 0 ? at : -1;
    if (at > end) return false;

    if (place >= fromOffset) {
      offset[n] = place;
      timestamp[n] = time;
      keyStart[n] = keyFrom;
      keyEnd[n] = keyTo;
      valueStart[n] = valueFrom;
      valueEnd[n] = valueTo;
      headersFrom[n] = at;
      n += 1;
    }
    at = end;
  }
  index.count = n;
  return true;
}

/** Reads the headers of one record by a callback; `visit` gets positions of name and value, an end of -1 for null. */
export function walkHeaders(
  bytes: Buffer,
  from: number,
  visit: (nameFrom: number, nameTo: number, valueFrom: number, valueTo: number) => boolean,
): void {
  let at = from;
  const varint = (): number => {
    let raw = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = bytes.readUInt8(at);
      at += 1;
      raw |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1);
    }
    throw new RangeError('a varint without end');
  };
  for (let left = varint(); left > 0; left -= 1) {
    const nameLength = varint();
    const nameFrom = at;
    at += nameLength;
    const valueLength = varint();
    const valueFrom = at;
    at += Math.max(0, valueLength);
    if (nameLength < 0 || at > bytes.length) throw new RangeError('headers longer than their record');
    if (!visit(nameFrom, nameFrom + nameLength, valueFrom, valueLength < 0 ? -1 : at)) return;
  }
}
