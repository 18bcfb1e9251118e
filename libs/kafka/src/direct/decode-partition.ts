import { createHash } from 'node:crypto';
import { unpackGzip } from '../codecs.js';
import { maxDecompressedBytes } from '../limits.js';
import { type AbortedTransaction, type BatchHeader, batchHeaders, committed } from './batch-headers.js';
import type { Checksum } from './checksum.js';
import { FetchedBatch } from './fetched-batch.js';
import { RecordIndex, walkRecords } from './record-walk.js';

const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** What a fetch brought of one partition. */
export interface PartitionData {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly highWatermark: bigint;
  readonly aborted: readonly AbortedTransaction[];
}

export interface Decoded {
  /** Undefined when the answer moved nothing; without records when it held only marks, so that whoever stores a position moves too. */
  readonly batch: FetchedBatch | undefined;
  /** Where reading goes on; the position asked for when nothing complete was there. */
  readonly nextOffset: number;
}

/**
 * The records from `fromOffset` on. A batch whose checksum or content is wrong, that grows beyond the limit or is in an
 * unknown compression gives as many unreadable records as it held, at their offsets, so that it stops nothing.
 */
export async function decodePartition(data: PartitionData, fromOffset: number, checksum: Checksum): Promise<Decoded> {
  const headers = batchHeaders(data.bytes, data.from, data.to);
  const last = headers.at(-1);
  if (last === undefined) return { batch: undefined, nextOffset: fromOffset };
  const wanted = committed(headers, data.aborted, data.bytes).filter(({ lastOffset }) => lastOffset >= fromOffset);
  const { bytes, sections, stoppedAt } = await unpack(data.bytes, wanted, checksum);
  const nextOffset = Math.max(fromOffset, stoppedAt ?? last.lastOffset + 1);
  const index = new RecordIndex();
  const broken = new Map<number, string>();
  for (const { header, from, to, problem } of sections) {
    const reason = problem ?? (walkRecords(index, bytes, from, to, header, fromOffset) ? undefined : 'its content is no records');
    if (reason !== undefined) mark(index, broken, header, fromOffset, `${reason} (${described(data.bytes, header)})`);
  }
  const batch =
    index.count === 0 && nextOffset === fromOffset
      ? undefined
      : new FetchedBatch(data.topic, data.partition, bytes, index, BigInt(nextOffset), data.highWatermark, broken, fromOffset);
  return { batch, nextOffset };
}

interface Section {
  readonly header: BatchHeader;
  readonly from: number;
  readonly to: number;
  readonly problem?: string;
}

interface Unpacked {
  readonly bytes: Buffer;
  readonly sections: readonly Section[];
  /** Where reading goes on when not all of it was unpacked: each batch is bounded, and so is what all of them come to. */
  readonly stoppedAt?: number;
}

/** Without compression the answer itself; otherwise one buffer with everything unpacked. */
async function unpack(bytes: Buffer, headers: readonly BatchHeader[], checksum: Checksum): Promise<Unpacked> {
  const problems = headers.map((header) =>
    checksum(bytes, header.checkedFrom, header.end) === header.checksum ? undefined : 'the checksum of the batch is wrong',
  );
  if (headers.every(({ codec }) => codec === 0)) {
    return { bytes, sections: headers.map((header, i) => section(header, header.recordsFrom, header.end, problems[i])) };
  }
  const parts: Buffer[] = [];
  const sections: Section[] = [];
  let at = 0;
  for (const [i, header] of headers.entries()) {
    const packed = bytes.subarray(header.recordsFrom, header.end);
    const content = problems[i] === undefined ? await decompressed(packed, header.codec) : problems[i];
    if (typeof content === 'string') {
      sections.push(section(header, at, at, content));
      continue;
    }
    if (parts.length > 0 && at + content.length > maxDecompressedBytes) {
      return { bytes: Buffer.concat(parts), sections, stoppedAt: header.baseOffset };
    }
    parts.push(content);
    sections.push(section(header, at, at + content.length, undefined));
    at += content.length;
  }
  return { bytes: Buffer.concat(parts), sections };
}

function section(header: BatchHeader, from: number, to: number, problem: string | undefined): Section {
  return { header, from, to, ...(problem === undefined ? {} : { problem }) };
}

/** The records of a batch, or why they cannot be had. */
async function decompressed(packed: Buffer, codec: number): Promise<Buffer | string> {
  if (codec === 0) return packed;
  return codec === 1 ? unpackGzip(packed) : `${codecNames[codec] ?? `codec ${codec}`} compression is not supported`;
}

function described(bytes: Buffer, header: BatchHeader): string {
  const records = bytes.subarray(header.recordsFrom, header.end);
  const digest = createHash('sha256').update(records).digest('hex');
  return `${header.codec === 0 ? '' : 'compressed '}batch of ${records.length} bytes, sha256 ${digest}`;
}

// A batch says how many records it holds; one that lies about it must not make us invent millions.
const mostMarked = 1_000_000;

function mark(index: RecordIndex, broken: Map<number, string>, header: BatchHeader, fromOffset: number, reason: string): void {
  const span = header.lastOffset - header.baseOffset + 1;
  const count = Math.max(1, Math.min(header.count, span, mostMarked));
  index.reserve(count);
  for (let record = 0; record < count; record += 1) {
    // The last one stands at the end, so that positions behind a compacted batch stay right.
    const offset = record === count - 1 ? header.lastOffset : header.baseOffset + record;
    if (offset < fromOffset) continue;
    const at = index.count;
    index.offset[at] = offset;
    index.timestamp[at] = header.maxTimestamp;
    index.keyEnd[at] = -1;
    index.valueEnd[at] = -1;
    broken.set(at, reason);
    index.count += 1;
  }
}
