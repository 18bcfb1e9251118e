import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ArtifactCorrupt,
  type ArtifactStore,
  ArtifactTooLarge,
  type CheckedContent,
  DigestMismatch,
  isDigest,
  type ReceiveOptions,
  type StoredContent,
  UploadInterrupted,
} from './artifact-store.js';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Contents as files `<root>/<first two digits>/<digest>`. A file gets its name by rename after its bytes were synced, so a
 * file that has a name is complete. Names are made of digests only.
 */
export class FileArtifactStore implements ArtifactStore {
  private readonly incoming: string;

  constructor(private readonly root: string) {
    this.incoming = join(root, 'incoming');
  }

  async open(): Promise<void> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.incoming)) await rm(join(this.incoming, name), { force: true });
  }

  async receive(source: Readable, options: ReceiveOptions): Promise<StoredContent> {
    const temporary = join(this.incoming, randomUUID());
    const file = await open(temporary, 'wx+', 0o600);
    try {
      const stored = await this.write(file, source, options);
      if (options.inspect !== undefined) options.inspect(await readWhole(file, stored.bytes));
      await file.sync();
      await this.publish(temporary, stored.sha256);
      return stored;
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
  }

  private async write(file: FileHandle, source: Readable, options: ReceiveOptions): Promise<StoredContent> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      // A source that is refused stays open, so that its sender can still be answered.
      for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > options.limitBytes) throw new ArtifactTooLarge(options.limitBytes);
        hash.update(chunk);
        await writeFully(file, chunk);
      }
    } catch (error) {
      if (error instanceof ArtifactTooLarge) throw error;
      if (isStreamFailure(error)) throw new UploadInterrupted(`the upload ended after ${bytes} bytes`);
      throw error;
    }
    const sha256 = hash.digest('hex');
    if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) throw new DigestMismatch(options.expectedSha256, sha256);
    return { sha256, bytes };
  }

  /** Replaces an equal content, which also heals a corrupt one. */
  private async publish(temporary: string, sha256: string): Promise<void> {
    const folder = join(this.root, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(temporary, join(folder, sha256));
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async read(sha256: string): Promise<CheckedContent | undefined> {
    if (!isDigest(sha256)) return undefined;
    const file = await openPlainFile(join(this.root, sha256.slice(0, 2), sha256));
    if (file === undefined) return undefined;
    try {
      const { actual, bytes } = await digestOf(file);
      if (actual !== sha256) throw new ArtifactCorrupt(sha256, actual);
      return { sha256, bytes, stream: () => checkedStream(file, sha256), close: () => file.close() };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** Undefined when there is no file; links are not followed. */
async function openPlainFile(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(CHUNK_BYTES), position });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function digestOf(file: FileHandle): Promise<{ actual: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { actual: hash.digest('hex'), bytes };
}

/** Checks again while sending: a file that changes under the reader breaks the answer off instead of completing it. */
function checkedStream(file: FileHandle, sha256: string): Readable {
  async function* checked(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let held: Buffer | undefined;
    try {
      for await (const chunk of chunksOf(file)) {
        if (held !== undefined) yield held;
        hash.update(chunk);
        held = chunk;
      }
      const actual = hash.digest('hex');
      if (actual !== sha256) throw new ArtifactCorrupt(sha256, actual);
      // The last piece goes out only when the whole is known to be right.
      if (held !== undefined) yield held;
    } finally {
      await file.close();
    }
  }
  return Readable.from(checked(), { objectMode: false });
}

async function writeFully(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}

async function readWhole(file: FileHandle, bytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await file.read(whole, at, bytes - at, at);
    if (bytesRead === 0) throw new Error(`file ended after ${at} of ${bytes} bytes`);
    at += bytesRead;
  }
  return whole;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function isStreamFailure(error: unknown): boolean {
  return ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'EPIPE', 'HPE_INVALID_EOF_STATE'].includes(codeOf(error));
}
