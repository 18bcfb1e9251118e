import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ArtifactCorrupt, ArtifactTooLarge, DigestMismatch } from './artifact-store.js';
import { FileArtifactStore } from './file-artifact-store.js';

let root: string;
let store: FileArtifactStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'artifacts-'));
  store = new FileArtifactStore(root);
  await store.open();
});

afterEach(() => rm(root, { recursive: true, force: true }));

const content = Buffer.from('a model of some kind');
const sha256 = createHash('sha256').update(content).digest('hex');
const pathOf = (digest: string): string => join(root, digest.slice(0, 2), digest);

function receive(bytes: Buffer = content, options: { limitBytes?: number; expectedSha256?: string; inspect?: (c: Buffer) => void } = {}) {
  return store.receive(Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]), { limitBytes: 1000, ...options });
}

async function filesLeft(): Promise<string[]> {
  return (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('what was stored is read back under its digest', async () => {
  expect(await receive()).toEqual({ sha256, bytes: content.length });
  const read = await store.read(sha256);
  expect(await buffer(read!.stream())).toEqual(content);
  expect(await filesLeft()).toEqual([sha256]);
});

test('the same content twice is one file', async () => {
  await receive();
  await receive();
  expect(await filesLeft()).toEqual([sha256]);
});

test('another digest than announced leaves nothing behind', async () => {
  await expect(receive(content, { expectedSha256: 'b'.repeat(64) })).rejects.toThrow(DigestMismatch);
  expect(await filesLeft()).toEqual([]);
});

test('too much leaves nothing behind', async () => {
  await expect(receive(content, { limitBytes: 10 })).rejects.toThrow(ArtifactTooLarge);
  expect(await filesLeft()).toEqual([]);
});

test('a refusal by inspection leaves nothing behind', async () => {
  const inspect = (seen: Buffer): void => {
    expect(seen).toEqual(content);
    throw new Error('no');
  };
  await expect(receive(content, { inspect })).rejects.toThrow('no');
  expect(await filesLeft()).toEqual([]);
});

test('an upload that breaks off leaves nothing behind', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield content;
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  }
  await expect(store.receive(Readable.from(broken()), { limitBytes: 1000 })).rejects.toThrow('ended after');
  expect(await filesLeft()).toEqual([]);
});

test('leftovers of a crash are removed when the store opens', async () => {
  await writeFile(join(root, 'incoming', 'half'), 'half a mod');
  await store.open();
  expect(await filesLeft()).toEqual([]);
});

test('a changed file is never handed out, and a new upload heals it', async () => {
  await receive();
  await writeFile(pathOf(sha256), 'a model of evil kind');
  await expect(store.read(sha256)).rejects.toThrow(ArtifactCorrupt);
  await receive();
  expect(await buffer((await store.read(sha256))!.stream())).toEqual(content);
});

test('a file that changes while it is read breaks the stream off', async () => {
  const big = Buffer.alloc(3 * 1024 * 1024, 7);
  const stored = await store.receive(Readable.from([big]), { limitBytes: big.length });
  const read = await store.read(stored.sha256);
  await writeFile(pathOf(stored.sha256), Buffer.alloc(big.length, 8));
  await expect(buffer(read!.stream())).rejects.toThrow(ArtifactCorrupt);
});

test('a link in the place of a content is not followed', async () => {
  await mkdir(join(root, sha256.slice(0, 2)), { recursive: true });
  const outside = join(root, 'outside');
  await writeFile(outside, content);
  await symlink(outside, pathOf(sha256));
  expect(await store.read(sha256)).toBeUndefined();
});

test('a hard link to other bytes is corrupt, not served', async () => {
  await mkdir(join(root, sha256.slice(0, 2)), { recursive: true });
  const outside = join(root, 'outside');
  await writeFile(outside, 'root:x:0:0');
  await link(outside, pathOf(sha256));
  await expect(store.read(sha256)).rejects.toThrow(ArtifactCorrupt);
});

/** Every published way around a path check; none is a digest, so none reaches the file system. */
const traversals = [
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%252e%252e%252fetc',
  '....//....//etc/passwd',
  '/etc/passwd',
  'C:\\windows\\win.ini',
  '..\\..\\secret',
  'file:///etc/passwd',
  `${'a'.repeat(64)}/../x`,
  `${'a'.repeat(63)}\u0000`,
  `${'a'.repeat(64)}\n`,
  '．．/．．/etc/passwd',
  '‥/etc/passwd',
  'A'.repeat(64),
  'incoming',
  '',
  '.',
];

test.each(traversals)('%j is no content', async (name) => {
  await writeFile(join(root, 'incoming', 'x'), 'x');
  expect(await store.read(name)).toBeUndefined();
});
