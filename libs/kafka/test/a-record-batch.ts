import { gzipSync } from 'node:zlib';
import { castagnoli } from '../src/direct/checksum.js';

export interface ARecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Milliseconds after the batch's first time. */
  readonly after?: number;
}

export interface BatchPart {
  readonly baseOffset?: number;
  readonly baseTimestamp?: number;
  readonly gzip?: boolean;
  readonly codec?: number;
  readonly transactional?: boolean;
  readonly control?: 'commit' | 'abort';
  readonly appendTime?: boolean;
  readonly producerId?: number;
  /** Offsets of the records after the base; default 0, 1, 2, … */
  readonly offsets?: readonly number[];
  readonly lastOffsetDelta?: number;
  readonly count?: number;
  readonly magic?: number;
}

/** One record batch in message format 2, byte by byte, as a broker would send it. */
export function aRecordBatch(records: readonly ARecord[], part: BatchPart = {}): Buffer {
  const marker = Buffer.from([0, 0, 0, part.control === 'commit' ? 1 : 0]);
  const encoded = part.control === undefined ? records.map((one, i) => record(one, part.offsets?.[i] ?? i)) : [control(marker)];
  const plain = Buffer.concat(encoded);
  const content = part.gzip === true ? gzipSync(plain) : plain;
  const attributes =
    (part.codec ?? (part.gzip === true ? 1 : 0)) |
    (part.appendTime === true ? 8 : 0) |
    (part.transactional === true || part.control !== undefined ? 16 : 0) |
    (part.control === undefined ? 0 : 32);
  const checked = Buffer.alloc(40);
  checked.writeInt16BE(attributes, 0);
  checked.writeInt32BE(part.lastOffsetDelta ?? part.offsets?.at(-1) ?? encoded.length - 1, 2);
  checked.writeBigInt64BE(BigInt(part.baseTimestamp ?? 1_700_000_000_000), 6);
  checked.writeBigInt64BE(BigInt((part.baseTimestamp ?? 1_700_000_000_000) + 1000), 14);
  checked.writeBigInt64BE(BigInt(part.producerId ?? -1), 22);
  checked.writeInt32BE(part.count ?? encoded.length, 36);
  const body = Buffer.concat([checked, content]);
  const head = Buffer.alloc(21);
  head.writeBigInt64BE(BigInt(part.baseOffset ?? 0), 0);
  head.writeInt32BE(9 + body.length, 8);
  head.writeInt8(part.magic ?? 2, 16);
  head.writeUInt32BE(castagnoli(body, 0, body.length), 17);
  return Buffer.concat([head, body]);
}

function record({ key = 'k', value = 'v', headers = {}, after = 0 }: ARecord, delta: number): Buffer {
  const fields = Object.entries(headers).map(([name, text]) => Buffer.concat([sized(name), sized(text)]));
  return framed(
    Buffer.concat([Buffer.from([0]), zigzag(after), zigzag(delta), sized(key), sized(value), zigzag(fields.length), ...fields]),
  );
}

function control(marker: Buffer): Buffer {
  return framed(Buffer.concat([Buffer.from([0]), zigzag(0), zigzag(0), zigzag(marker.length), marker, sized('x'), zigzag(0)]));
}

function framed(body: Buffer): Buffer {
  return Buffer.concat([zigzag(body.length), body]);
}

function sized(text: string | null): Buffer {
  return text === null ? zigzag(-1) : Buffer.concat([zigzag(Buffer.byteLength(text)), Buffer.from(text)]);
}

function zigzag(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? (BigInt(-value) << 1n) - 1n : BigInt(value) << 1n;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
