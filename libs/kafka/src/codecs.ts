import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip, type ZlibOptions } from 'node:zlib';
import kafkajs from 'kafkajs';
import { maxDecompressedBytes } from './limits.js';

/**
 * kafkajs has no way past a batch that it cannot decompress: the consumer stops, or asks for the same batch for ever.
 * A codec may answer with records of its own, though. So a batch that is too large or in an unknown compression is
 * replaced by as many small marker records as it held, at the same offsets, and reaches the consumer as such.
 */

// Unguessable, so that no producer can send a record that looks like a marker.
const markerKey = randomBytes(16);
const reasonHeader = 'db-unreadable';

/** Why a record could not be read; undefined for ordinary records. */
export function unreadableReason(key: Buffer | null, headers: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (key === null || key.length !== markerKey.length || !key.equals(markerKey)) return undefined;
  const reason = headers?.[reasonHeader];
  return Buffer.isBuffer(reason) ? reason.toString() : 'unreadable';
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

// Of the record batch header, version 2, counted back from the records.
const countFromEnd = 4;
const lastOffsetDeltaFromEnd = 38;
const headerBytes = 61;

interface BatchShape {
  readonly count: number;
  readonly lastOffsetDelta: number;
}

// kafkajs hands a codec a view into the fetched bytes, and the header of the batch stands right before it.
function shapeOf(compressed: Buffer): BatchShape {
  if (compressed.byteOffset < headerBytes) throw new Error('a compressed batch without its header');
  const header = Buffer.from(compressed.buffer, compressed.byteOffset - headerBytes, headerBytes);
  return {
    count: header.readInt32BE(headerBytes - countFromEnd),
    lastOffsetDelta: header.readInt32BE(headerBytes - lastOffsetDeltaFromEnd),
  };
}

function zigzag(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([zigzag(bytes.length), bytes]);
}

/** The records that stand in for a batch: key and header say what they are, the value is empty. */
export function markers(shape: BatchShape, reason: string): Buffer {
  const header = Buffer.concat([zigzag(1), sized(Buffer.from(reasonHeader)), sized(Buffer.from(reason))]);
  const records: Buffer[] = [];
  for (let index = 0; index < shape.count; index += 1) {
    const delta = index === shape.count - 1 ? shape.lastOffsetDelta : index;
    // attributes, timestamp delta, offset delta, key, null value, headers
    records.push(sized(Buffer.concat([Buffer.from([0, 0]), zigzag(delta), sized(markerKey), zigzag(-1), header])));
  }
  return Buffer.concat(records);
}

function describe(compressed: Buffer, why: string): string {
  const digest = createHash('sha256').update(compressed).digest('hex');
  return `${why} (compressed batch of ${compressed.length} bytes, sha256 ${digest})`;
}

// What zlib says of bytes that are no gzip, or not all of it. Anything else is no fault of the batch.
const dataFaults = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT']);

/**
 * What gzip unpacks to, or why it never will. Bounded: a small batch may hold gigabytes of nothing. Rejects when something else
 * failed, such as memory: to call the batch unreadable then would give up records that can be read a moment later.
 */
export async function unpackGzip(
  compressed: Buffer,
  inflate: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = unzip,
): Promise<Buffer | string> {
  try {
    return await inflate(compressed, { maxOutputLength: maxDecompressedBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return `the batch decompresses by gzip to more than ${maxDecompressedBytes} bytes`;
    if (code !== undefined && dataFaults.has(code)) return `the batch cannot be decompressed by gzip: ${message}`;
    throw new Error('a batch could not be decompressed by gzip', { cause: error });
  }
}

async function boundedGunzip(compressed: Buffer): Promise<Buffer> {
  const content = await unpackGzip(compressed);
  return typeof content === 'string' ? markers(shapeOf(compressed), describe(compressed, content)) : content;
}

function unsupported(name: string) {
  return () => ({
    compress: () => Promise.reject(new Error(`${name} compression is not supported`)),
    decompress: (compressed: Buffer) =>
      Promise.resolve(markers(shapeOf(compressed), describe(compressed, `${name} compression is not supported`))),
  });
}

/** Puts our codecs into kafkajs, for the whole process. */
export function installCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => zip(encoder.buffer),
    decompress: boundedGunzip,
  });
  CompressionCodecs[CompressionTypes.Snappy] = unsupported('snappy');
  CompressionCodecs[CompressionTypes.LZ4] = unsupported('lz4');
  CompressionCodecs[CompressionTypes.ZSTD] = unsupported('zstd');
}
