import { int16, int32, int64, Reader, text } from '../wire.js';
import type { AbortedTransaction } from './batch-headers.js';
import type { Api } from './broker-connection.js';

export const fetchApi: Api = { key: 1, version: 11 };

export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchLimits {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Of the whole answer and of one partition; the first batch comes even when it is larger. */
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
  readonly highWatermark: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** Where the record batches stand in the answer. */
  readonly from: number;
  readonly to: number;
}

/** Codes of the protocol that mean something to a reader. */
export const fetchCodes = {
  offsetOutOfRange: 1,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  fencedEpoch: 74,
  unknownEpoch: 75,
} as const;

const READ_COMMITTED = Buffer.from([1]);

export function fetchBody(positions: readonly FetchPosition[], limits: FetchLimits): Buffer {
  const byTopic = grouped(positions);
  const topics = [...byTopic].map(([topic, wanted]) =>
    Buffer.concat([
      text(topic),
      int32(wanted.length),
      // partition, no leader epoch, offset, no log start offset, its bytes
      ...wanted.map(({ partition, offset }) =>
        Buffer.concat([int32(partition), int32(-1), int64(offset), int64(-1), int32(limits.maxBytesPerPartition)]),
      ),
    ]),
  );
  const head = [int32(-1), int32(limits.maxWaitMs), int32(limits.minBytes), int32(limits.maxBytes), READ_COMMITTED];
  // no fetch session, nothing forgotten, no rack
  return Buffer.concat([...head, int32(0), int32(-1), int32(topics.length), ...topics, int32(0), int16(0)]);
}

export interface FetchAnswer {
  readonly throttleMs: number;
  readonly code: number;
  readonly partitions: readonly FetchedPartition[];
}

/** `frame` is the whole answer, its correlation id included. */
export function readFetch(frame: Buffer): FetchAnswer {
  const answer = new Reader(frame);
  answer.int32(); // correlation
  const throttleMs = answer.int32();
  const code = answer.int16();
  answer.int32(); // session
  const partitions: FetchedPartition[] = [];
  for (let topics = answer.int32(); topics > 0; topics -= 1) {
    const topic = answer.nullableText() ?? '';
    for (let left = answer.int32(); left > 0; left -= 1) partitions.push(readPartition(answer, topic));
  }
  return { throttleMs, code, partitions };
}

function readPartition(answer: Reader, topic: string): FetchedPartition {
  const partition = answer.int32();
  const code = answer.int16();
  const highWatermark = BigInt(answer.int64());
  answer.int64(); // last stable offset
  answer.int64(); // log start
  const aborted: AbortedTransaction[] = [];
  for (let left = answer.int32(); left > 0; left -= 1) {
    aborted.push({ producerId: BigInt(answer.int64()), firstOffset: answer.int64() });
  }
  answer.int32(); // preferred replica: none is asked for without a rack
  const bytes = Math.max(0, answer.int32());
  const from = answer.position;
  answer.skip(bytes);
  return { topic, partition, code, highWatermark, aborted, from, to: from + bytes };
}

function grouped(positions: readonly FetchPosition[]): Map<string, FetchPosition[]> {
  const byTopic = new Map<string, FetchPosition[]>();
  for (const position of positions) {
    const known = byTopic.get(position.topic);
    if (known === undefined) byTopic.set(position.topic, [position]);
    else known.push(position);
  }
  return byTopic;
}
