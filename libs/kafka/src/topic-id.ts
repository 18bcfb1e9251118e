import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KafkaSettings } from './event-log.js';
import { authenticate } from './scram.js';
import { compactText, int16, int32, Reader, text, unsignedVarint } from './wire.js';

// kafkajs speaks Metadata up to version 6; topic ids came with version 10. Hence one small connection of our own.

const timeoutMs = 5000;
const apis = { metadata: { key: 3, version: 12 }, saslHandshake: { key: 17, version: 1 }, saslAuthenticate: { key: 36, version: 0 } };
type Api = (typeof apis)[keyof typeof apis];

const noErrorCode = 0;
const noTopicCode = 3;

/** The topic is not on the cluster. */
export class UnknownTopic extends Error {
  override readonly name = 'UnknownTopic';

  constructor(topic: string) {
    super(`topic ${topic} is not on the cluster`);
  }
}

class Connection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve(answer: Buffer): void; reject(error: Error): void } | undefined;
  private correlation = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly clientId: string,
  ) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the broker closed the connection')));
    socket.setTimeout(timeoutMs, () => this.fail(new Error(`the broker did not answer within ${timeoutMs} ms`)));
  }

  static async open(settings: KafkaSettings, broker: string): Promise<Connection> {
    const colon = broker.lastIndexOf(':');
    const target = { host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)), timeout: timeoutMs };
    const socket = settings.tls === true ? connectTls({ ...target, servername: target.host }) : connectTcp(target);
    await new Promise<void>((resolve, reject) => {
      socket.once(settings.tls === true ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no connection to ${broker} within ${timeoutMs} ms`)));
    }).catch((error: unknown) => {
      socket.destroy();
      throw error;
    });
    return new Connection(socket, settings.clientId);
  }

  /** Sends one request; the answer starts after its correlation id. `flexible` requests end their header with tags. */
  async request(api: Api, body: Buffer, flexible = false): Promise<Reader> {
    this.correlation += 1;
    const tags = flexible ? Buffer.from([0]) : Buffer.alloc(0);
    const message = Buffer.concat([int16(api.key), int16(api.version), int32(this.correlation), text(this.clientId), tags, body]);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(Buffer.concat([int32(message.length), message]));
    });
    const reader = new Reader(answer);
    if (reader.int32() !== this.correlation) throw new Error('the broker answered another request');
    if (flexible) reader.skipTags();
    return reader;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (this.received.length < 4) return;
    const length = this.received.readInt32BE(0);
    if (this.received.length < 4 + length) return;
    const answer = this.received.subarray(4, 4 + length);
    this.received = this.received.subarray(4 + length);
    this.waiting?.resolve(answer);
    this.waiting = undefined;
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
    this.socket.destroy();
  }
}

async function logIn(connection: Connection, username: string, password: string): Promise<void> {
  const handshake = await connection.request(apis.saslHandshake, text('SCRAM-SHA-256'));
  if (handshake.int16() !== noErrorCode) throw new Error('the broker does not offer SCRAM-SHA-256');
  await authenticate(username, password, async (message) => {
    const bytes = Buffer.from(message);
    const answer = await connection.request(apis.saslAuthenticate, Buffer.concat([int32(bytes.length), bytes]));
    const code = answer.int16();
    const reason = answer.nullableText();
    if (code !== noErrorCode) throw new Error(`the broker refused the login: ${reason ?? `code ${code}`}`);
    return answer.bytes(answer.int32()).toString();
  });
}

const nobody = Buffer.alloc(16);

function metadataRequest(topic: string): Buffer {
  const entry = Buffer.concat([nobody, compactText(topic), Buffer.from([0])]);
  // one topic; no automatic creation; no authorized operations; no tags
  return Buffer.concat([unsignedVarint(2), entry, Buffer.from([0, 0, 0])]);
}

function readTopicId(answer: Reader, topic: string): string {
  answer.int32(); // throttle time
  for (let brokers = answer.varint() - 1; brokers > 0; brokers -= 1) {
    answer.int32();
    answer.compactText();
    answer.int32();
    answer.compactText();
    answer.skipTags();
  }
  answer.compactText(); // cluster id
  answer.int32(); // controller
  if (answer.varint() - 1 !== 1) throw new UnknownTopic(topic);
  const code = answer.int16();
  answer.compactText();
  const id = answer.bytes(16);
  if (code === noTopicCode || id.equals(nobody)) throw new UnknownTopic(topic);
  if (code !== noErrorCode) throw new Error(`the broker cannot describe topic ${topic}: code ${code}`);
  const hex = id.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Asks the brokers in turn for the id of a topic (the cluster's name of it). */
export async function fetchTopicId(settings: KafkaSettings, topic: string): Promise<string> {
  let failure: unknown = new Error('no broker is configured');
  for (const broker of settings.brokers) {
    let connection: Connection | undefined;
    try {
      connection = await Connection.open(settings, broker);
      if (settings.username !== undefined && settings.password !== undefined) {
        await logIn(connection, settings.username, settings.password);
      }
      return readTopicId(await connection.request(apis.metadata, metadataRequest(topic), true), topic);
    } catch (error) {
      if (error instanceof UnknownTopic) throw error;
      failure = error;
    } finally {
      connection?.close();
    }
  }
  throw failure;
}
