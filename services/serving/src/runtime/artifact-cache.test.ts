import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Logger } from '@drawbridge/telemetry';
import { ArtifactCache, WrongBytes } from './artifact-cache.js';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  child: () => silent,
};
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const content = Buffer.from('model bytes');

let folder: string;
let fetched: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'));
  fetched = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function aCache(serve: (sha256: string) => Buffer = () => content, limitBytes = 1000): Promise<ArtifactCache> {
  const cache = new ArtifactCache(
    folder,
    limitBytes,
    async (sha256) => {
      fetched.push(sha256);
      return serve(sha256);
    },
    silent,
  );
  await cache.open();
  return cache;
}

test('a file is fetched once and kept over a restart', async () => {
  expect(await (await aCache()).get(digestOf(content))).toEqual(content);
  expect(await (await aCache()).get(digestOf(content))).toEqual(content);
  expect(fetched).toHaveLength(1);
});

test('other bytes than the digest promises are never handed out nor kept', async () => {
  const cache = await aCache(() => Buffer.from('evil'));
  await expect(cache.get(digestOf(content))).rejects.toThrow(WrongBytes);
  expect(await readdir(folder)).toEqual([]);
});

test('a damaged file is fetched again', async () => {
  const cache = await aCache();
  await cache.get(digestOf(content));
  await writeFile(join(folder, digestOf(content)), 'rot');
  expect(await cache.get(digestOf(content))).toEqual(content);
  expect(fetched).toHaveLength(2);
});

test('the files used last stay within the limit', async () => {
  const files = ['a', 'b', 'c'].map((text) => Buffer.from(text.repeat(400)));
  const cache = await aCache((sha256) => files.find((file) => digestOf(file) === sha256)!);
  for (const file of files) await cache.get(digestOf(file));
  expect((await readdir(folder)).toSorted()).toEqual([digestOf(files[1]!), digestOf(files[2]!)].toSorted());
});

test.each(['../../etc/passwd', 'x', '', 'A'.repeat(64)])('%j is no digest', async (name) => {
  await expect((await aCache()).get(name)).rejects.toThrow(WrongBytes);
  expect(fetched).toEqual([]);
});
