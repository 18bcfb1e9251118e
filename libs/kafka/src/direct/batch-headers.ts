/** The header of one record batch, message format 2. Positions are bytes in the answer. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly count: number;
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codec: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  /** The broker's time stands for all records. */
  readonly appendTime: boolean;
  readonly transactional: boolean;
  /** Holds no records but the end of a transaction. */
  readonly control: boolean;
  readonly producerId: bigint;
  readonly checksum: number;
  /** What the checksum covers begins here. */
  readonly checkedFrom: number;
  readonly recordsFrom: number;
  readonly end: number;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const CHECKED_AT = 21;

/** A broker older than 0.11 keeps messages in a form that is not read here. */
export class OldMessageFormat extends Error {
  override readonly name = 'OldMessageFormat';

  constructor(magic: number) {
    super(`the broker sent message format ${magic}; only format 2 (Kafka 0.11 and newer) is read`);
  }
}

/** Headers of the complete batches between two positions. The broker may cut the last one off, which is left out. */
export function batchHeaders(bytes: Buffer, from: number, to: number): BatchHeader[] {
  const found: BatchHeader[] = [];
  for (let at = from; at + HEADER_BYTES <= to;) {
    const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT);
    if (end > to) break;
    const magic = bytes.readInt8(at + MAGIC_AT);
    if (magic !== 2) throw new OldMessageFormat(magic);
    if (end < at + HEADER_BYTES) throw new RangeError('a record batch shorter than its header');
    found.push(header(bytes, at, end));
    at = end;
  }
  return found;
}

function header(bytes: Buffer, at: number, end: number): BatchHeader {
  const attributes = bytes.readInt16BE(at + 21);
  const baseOffset = Number(bytes.readBigInt64BE(at));
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(at + 23),
    count: bytes.readInt32BE(at + 57),
    codec: attributes & 7,
    appendTime: (attributes & 8) !== 0,
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    baseTimestamp: Number(bytes.readBigInt64BE(at + 27)),
    maxTimestamp: Number(bytes.readBigInt64BE(at + 35)),
    producerId: bytes.readBigInt64BE(at + 43),
    checksum: bytes.readUInt32BE(at + 17),
    checkedFrom: at + CHECKED_AT,
    recordsFrom: at + HEADER_BYTES,
    end,
  };
}

/** The batches whose records count: no control batches, and none of a transaction that was given up. */
export function committed(headers: readonly BatchHeader[], aborted: readonly AbortedTransaction[], bytes: Buffer): BatchHeader[] {
  const pending = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const givenUp = new Set<bigint>();
  return headers.filter((batch) => {
    while (pending[0] !== undefined && pending[0].firstOffset <= batch.lastOffset) givenUp.add(pending.shift()!.producerId);
    if (batch.control) {
      if (isAbort(batch, bytes)) givenUp.delete(batch.producerId);
      return false;
    }
    return !(batch.transactional && givenUp.has(batch.producerId));
  });
}

// One record: length, attributes, two deltas, the key's length, then version and type as two bytes each; type 0 is abort.
function isAbort(batch: BatchHeader, bytes: Buffer): boolean {
  let at = batch.recordsFrom;
  const varint = (): void => {
    while (bytes.readUInt8(at) >= 0x80) at += 1;
    at += 1;
  };
  varint();
  at += 1;
  varint();
  varint();
  varint();
  return bytes.readInt16BE(at + 2) === 0;
}
