import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@drawbridge/local';
import { type Browser, chromium } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** A Chromium of this machine, else the one that npm brings. `DRAWBRIDGE_CHROMIUM` names another. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env['DRAWBRIDGE_CHROMIUM'];
  const executablePath = named ?? installed.find((path) => existsSync(path)) ?? (await unpacked());
  return chromium.launch({
    executablePath,
    // A container has no user namespaces for the sandbox, no graphics card and little shared memory.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}

/**
 * The package unpacks into the folder for temporary files and takes whatever lies there by that name. On a machine of several
 * people that is somebody else's file, so a process with a folder of this user's own does it.
 */
export async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '../../package.json'), 'utf8')) as { version: string };
  const folder = join(cacheFolder(), `chromium-${version}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const script = "import chromium from '@sparticuz/chromium'; process.stdout.write(await chromium.executablePath());";
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder },
  });
  return stdout;
}
