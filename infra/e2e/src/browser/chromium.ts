import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import sparticuz from '@sparticuz/chromium';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** A Chromium of this machine, else the one that npm brings. `DRAWBRIDGE_CHROMIUM` names another. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env['DRAWBRIDGE_CHROMIUM'];
  const executablePath = named ?? installed.find((path) => existsSync(path)) ?? (await sparticuz.executablePath());
  return chromium.launch({
    executablePath,
    // A container has no user namespaces for the sandbox, no graphics card and little shared memory.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}
