import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@drawbridge/telemetry';

/** The registry handed out other bytes than the digest promises. They are never loaded. */
export class WrongBytes extends Error {}

const DIGEST = /^[0-9a-f]{64}$/;

/** Model files by digest: from the disk when they are there and still right, else from where they are kept. */
export class ArtifactCache {
  constructor(
    private readonly folder: string,
    private readonly limitBytes: number,
    private readonly fetchBytes: (sha256: string) => Promise<Buffer>,
    private readonly log: Logger,
  ) {}

  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) if (!DIGEST.test(name)) await rm(join(this.folder, name), { force: true });
  }

  async get(sha256: string): Promise<Buffer> {
    if (!DIGEST.test(sha256)) throw new WrongBytes(`"${sha256.slice(0, 80)}" is no SHA-256`);
    const kept = await this.fromDisk(sha256);
    if (kept !== undefined) return kept;
    const fetched = await this.fetchBytes(sha256);
    const actual = digestOf(fetched);
    if (actual !== sha256) throw new WrongBytes(`the registry sent ${fetched.length} bytes with SHA-256 ${actual} for ${sha256}`);
    await this.keep(sha256, fetched);
    return fetched;
  }

  private async fromDisk(sha256: string): Promise<Buffer | undefined> {
    const path = join(this.folder, sha256);
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined) return undefined;
    if (digestOf(content) === sha256) {
      await utimes(path, new Date(), new Date()).catch(() => undefined);
      return content;
    }
    this.log.warn('a cached model file is damaged and fetched again', { sha256 });
    await rm(path, { force: true });
    return undefined;
  }

  /** The cache is a convenience: a full disk must not keep a model from being served. */
  private async keep(sha256: string, content: Buffer): Promise<void> {
    const temporary = join(this.folder, `${randomUUID()}.part`);
    try {
      await writeFile(temporary, content, { mode: 0o600 });
      await rename(temporary, join(this.folder, sha256));
      await this.prune(sha256);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      this.log.warn('a model file could not be kept on the disk', { sha256, error });
    }
  }

  private async prune(keep: string): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => DIGEST.test(name));
    const files = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.folder, name));
        return { name, size, mtimeMs };
      }),
    );
    let total = files.reduce((sum, file) => sum + file.size, 0);
    for (const file of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= this.limitBytes) return;
      if (file.name === keep) continue;
      await rm(join(this.folder, file.name), { force: true });
      total -= file.size;
    }
  }
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
