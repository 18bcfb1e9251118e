import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServiceName } from '@drawbridge/contracts';
import type { ServiceDescription } from '@drawbridge/service';

export const serviceNames: readonly ServiceName[] = ['registry', 'governance', 'deployment', 'monitoring', 'serving', 'console'];

/** Asks every service's own process what it is; it opens no connection. */
export async function describeServices(root: string): Promise<ServiceDescription[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'drawbridge-views-'));
  try {
    // The console serves its page; here any will do.
    writeFileSync(join(scratch, 'index.html'), '<!doctype html>');
    const found: ServiceDescription[] = [];
    // Two at a time: a service takes a second of processor time to load.
    for (let i = 0; i < serviceNames.length; i += 2) {
      found.push(...(await Promise.all(serviceNames.slice(i, i + 2).map((name) => describeService(root, name, scratch)))));
    }
    return found;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function describeService(root: string, name: ServiceName, scratch: string): Promise<ServiceDescription> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/main.js', '--describe'], {
    cwd: join(root, 'services', name),
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
    env: {
      PATH: process.env['PATH'],
      // Port 9 is nobody's: if anything connected after all, this would fail.
      DRAWBRIDGE_KAFKA_BROKERS: '127.0.0.1:9',
      DRAWBRIDGE_DB_URL: 'postgres://nobody@127.0.0.1:9/nothing',
      DRAWBRIDGE_DATA_DIR: scratch,
      DRAWBRIDGE_CONSOLE_WEB_FOLDER: scratch,
      DRAWBRIDGE_LOG_LEVEL: 'silent',
    },
  });
  return JSON.parse(stdout) as ServiceDescription;
}
