import { compactText, type Reader, unsignedVarint } from '../wire.js';
import type { KafkaSettings } from '../event-log.js';
import { type Api, BrokerConnection } from './broker-connection.js';

/** kafkajs speaks Metadata up to version 6; topic ids came with version 10. */
const api: Api = { key: 3, version: 12, flexible: true };

const noTopicCode = 3;
const nobody = Buffer.alloc(16);

/** The topic is not on the cluster. */
export class UnknownTopic extends Error {
  override readonly name = 'UnknownTopic';

  constructor(topic: string) {
    super(`topic ${topic} is not on the cluster`);
  }
}

export interface TopicLayout {
  readonly topic: string;
  /** The cluster's id of the topic: another one means that it was deleted and created again. */
  readonly id: string;
  /** Address of the leader by partition; undefined while there is none. */
  readonly leaders: readonly (string | undefined)[];
}

/**
 * Asks the brokers in turn for the ids and the leaders of topics (the cluster's names of them). Rejects with
 * `UnknownTopic` for the first that is not there, and with the last failure when no broker answers.
 */
export async function topicLayouts(settings: KafkaSettings, topics: readonly string[]): Promise<TopicLayout[]> {
  let failure: unknown = new Error('no broker is configured');
  for (const broker of settings.brokers) {
    let connection: BrokerConnection | undefined;
    try {
      connection = await BrokerConnection.open(settings, broker);
      return await describeLayout(connection, topics);
    } catch (error) {
      if (error instanceof UnknownTopic) throw error;
      failure = error;
    } finally {
      connection?.close();
    }
  }
  throw failure;
}

async function describeLayout(connection: BrokerConnection, topics: readonly string[]): Promise<TopicLayout[]> {
  const entries = topics.map((topic) => Buffer.concat([nobody, compactText(topic), Buffer.from([0])]));
  // the topics; no automatic creation; no authorized operations; no tags
  const body = Buffer.concat([unsignedVarint(topics.length + 1), ...entries, Buffer.from([0, 0, 0])]);
  return readLayout(await connection.request(api, body), topics);
}

function readLayout(answer: Reader, asked: readonly string[]): TopicLayout[] {
  answer.int32(); // throttle time
  const brokers = readBrokers(answer);
  answer.compactText(); // cluster id
  answer.int32(); // controller
  const found: TopicLayout[] = [];
  for (let left = answer.varint() - 1; left > 0; left -= 1) {
    const code = answer.int16();
    const topic = answer.compactText() ?? '';
    const id = answer.bytes(16);
    answer.int8(); // internal
    const leaders = readLeaders(answer, brokers);
    answer.int32(); // authorized operations
    answer.skipTags();
    if (code === noTopicCode || id.equals(nobody)) throw new UnknownTopic(topic);
    if (code !== 0) throw new Error(`the broker cannot describe topic ${topic}: code ${code}`);
    found.push({ topic, id: uuidOf(id), leaders });
  }
  const missing = asked.find((topic) => !found.some((layout) => layout.topic === topic));
  if (missing !== undefined) throw new UnknownTopic(missing);
  return found;
}

function readBrokers(answer: Reader): Map<number, string> {
  const brokers = new Map<number, string>();
  for (let left = answer.varint() - 1; left > 0; left -= 1) {
    const node = answer.int32();
    const host = answer.compactText() ?? '';
    brokers.set(node, `${host}:${answer.int32()}`);
    answer.compactText(); // rack
    answer.skipTags();
  }
  return brokers;
}

function readLeaders(answer: Reader, brokers: ReadonlyMap<number, string>): (string | undefined)[] {
  const leaders: (string | undefined)[] = [];
  for (let left = answer.varint() - 1; left > 0; left -= 1) {
    answer.int16(); // code
    const partition = answer.int32();
    leaders[partition] = brokers.get(answer.int32());
    answer.int32(); // leader epoch
    // replicas, those in sync, those offline
    for (let list = 0; list < 3; list += 1) answer.skip(4 * Math.max(0, answer.varint() - 1));
    answer.skipTags();
  }
  return leaders;
}

function uuidOf(id: Buffer): string {
  const hex = id.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
