import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KafkaSettings } from '../event-log.js';
import { authenticate } from '../scram.js';
import { int16, int32, Reader, text } from '../wire.js';
import { Frames } from './frames.js';

export interface Api {
  readonly key: number;
  readonly version: number;
  /** Requests of such versions end their header with tags. */
  readonly flexible?: boolean;
}

const apis = { saslHandshake: { key: 17, version: 1 }, saslAuthenticate: { key: 36, version: 1 } } as const satisfies Record<string, Api>;
const openTimeoutMs = 5000;
const readBufferBytes = 256 * 1024;
/** A session is renewed when this share of its life is over. */
const renewAfter = 0.8;

interface Waiting {
  readonly correlation: number;
  resolve(answer: Buffer): void;
  reject(error: Error): void;
}

/**
 * One connection to one broker, with login and TLS. Requests may follow each other without waiting; the broker answers
 * in order. When it fails, everything that waits is rejected and the connection is of no more use.
 */
export class BrokerConnection {
  private readonly waiting: Waiting[] = [];
  private readonly frames: Frames;
  private correlation = 0;
  private failure: Error | undefined;
  private socket!: Socket;
  private renewAtMs = Infinity;

  private constructor(
    private readonly settings: KafkaSettings,
    private readonly requestTimeoutMs: number,
    allocate?: (bytes: number) => Buffer,
  ) {
    this.frames = new Frames((frame) => this.answered(frame), allocate);
  }

  /** `broker` is `host:port`; `allocate` makes memory for answers. Rejects when no session is there within five seconds. */
  static async open(
    settings: KafkaSettings,
    broker: string,
    requestTimeoutMs = openTimeoutMs,
    allocate?: (bytes: number) => Buffer,
  ): Promise<BrokerConnection> {
    const connection = new BrokerConnection(settings, requestTimeoutMs, allocate);
    try {
      await connection.connect(broker);
      await connection.logIn();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get usable(): boolean {
    return this.failure === undefined;
  }

  /** The broker ends a session of limited life by itself; whoever uses the connection renews it between two requests. */
  async renewIfDue(nowMs: number): Promise<void> {
    if (nowMs >= this.renewAtMs) await this.logIn();
  }

  /** The answer starts after its header. Its bytes are the caller's, who may give them back to where `allocate` took them from. */
  async request(api: Api, body: Buffer): Promise<Reader> {
    const frame = await this.send(api, body);
    const reader = new Reader(frame);
    reader.int32();
    if (api.flexible === true) reader.skipTags();
    return reader;
  }

  /** The whole answer, its correlation id included. */
  send(api: Api, body: Buffer): Promise<Buffer> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.correlation += 1;
    const { correlation } = this;
    const tags = Buffer.alloc(api.flexible === true ? 1 : 0);
    const head = Buffer.concat([int16(api.key), int16(api.version), int32(correlation), text(this.settings.clientId), tags]);
    return new Promise((resolve, reject) => {
      this.waiting.push({ correlation, resolve, reject });
      if (this.waiting.length === 1) this.socket.setTimeout(this.requestTimeoutMs);
      this.socket.write(Buffer.concat([int32(head.length + body.length), head, body]));
    });
  }

  close(): void {
    this.fail(new Error('the connection was closed'));
  }

  private async connect(broker: string): Promise<void> {
    const colon = broker.lastIndexOf(':');
    const target = { host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) };
    const tls = this.settings.tls === true;
    // One buffer for all that arrives; TLS has no such option and hands out its own.
    const onread: OnReadOpts = {
      buffer: Buffer.allocUnsafeSlow(readBufferBytes),
      callback: (length, buffer) => {
        this.take(buffer as Buffer, length);
        return true;
      },
    };
    this.socket = tls ? connectTls({ ...target, servername: target.host }) : connectTcp({ ...target, onread });
    this.socket.setNoDelay(true);
    if (tls) this.socket.on('data', (chunk: Buffer) => this.take(chunk, chunk.length));
    await new Promise<void>((resolve, reject) => {
      this.socket.setTimeout(openTimeoutMs, () => reject(new Error(`no connection to ${broker} within ${openTimeoutMs} ms`)));
      this.socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
      this.socket.once('error', reject);
    });
    this.socket.removeAllListeners('timeout');
    this.socket.setTimeout(0);
    this.socket.on('timeout', () => this.fail(new Error(`${broker} did not answer within ${this.requestTimeoutMs} ms`)));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error(`${broker} closed the connection`)));
  }

  private async logIn(): Promise<void> {
    const { username, password } = this.settings;
    if (username === undefined || password === undefined) return;
    const handshake = await this.request(apis.saslHandshake, text('SCRAM-SHA-256'));
    if (handshake.int16() !== 0) throw new Error('the broker does not offer SCRAM-SHA-256');
    let lifetimeMs = 0;
    await authenticate(username, password, async (message) => {
      const bytes = Buffer.from(message);
      const answer = await this.request(apis.saslAuthenticate, Buffer.concat([int32(bytes.length), bytes]));
      const code = answer.int16();
      const reason = answer.nullableText();
      if (code !== 0) throw new Error(`the broker refused the login: ${reason ?? `code ${code}`}`);
      const reply = answer.bytes(answer.int32()).toString();
      lifetimeMs = answer.int64();
      return reply;
    });
    this.renewAtMs = lifetimeMs > 0 ? performance.now() + lifetimeMs * renewAfter : Infinity;
  }

  private take(chunk: Buffer, length: number): void {
    try {
      this.frames.take(chunk, length);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private answered(frame: Buffer): void {
    const first = this.waiting.shift();
    if (first === undefined || frame.readInt32BE(0) !== first.correlation) {
      first?.reject(new Error('the broker answered another request'));
      this.fail(new Error('the broker answered another request'));
      return;
    }
    // Armed anew for the next answer, or for none.
    this.socket.setTimeout(this.waiting.length === 0 ? 0 : this.requestTimeoutMs);
    first.resolve(frame);
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    for (const request of this.waiting.splice(0)) request.reject(error);
    this.socket?.destroy();
  }
}
