import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { unpacked } from './chromium.js';

test('a browser of somebody else in the folder for temporary files is not taken', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'drawbridge-chromium-'));
  const before = process.env['DRAWBRIDGE_CACHE_DIR'];
  process.env['DRAWBRIDGE_CACHE_DIR'] = cache;
  try {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    // One that is unpacked already, so that the test need not.
    const own = join(cache, `chromium-${manifest.devDependencies['@sparticuz/chromium']}`);
    await mkdir(own);
    await writeFile(join(own, 'chromium'), '');
    expect(await unpacked()).toBe(join(own, 'chromium'));
  } finally {
    if (before === undefined) delete process.env['DRAWBRIDGE_CACHE_DIR'];
    else process.env['DRAWBRIDGE_CACHE_DIR'] = before;
    await rm(cache, { recursive: true });
  }
});
