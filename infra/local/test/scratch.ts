import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeFolder, type Home } from '../src/supervisor/layout.js';
import type { LocalErrorCode } from '../src/errors.js';
import { expect } from '@jest/globals';

const made: string[] = [];

/** A new folder that other users may enter; removed by `removeScratch`. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-local-'));
  await chmod(folder, 0o755);
  made.push(folder);
  return folder;
}

export async function removeScratch(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A folder that stands for PATH and holds one program that prints and ends as told. */
export async function fakeProgram(name: string, script: string): Promise<string> {
  const folder = await scratch();
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

export function homeIn(folder: string): Home {
  return homeFolder({ DRAWBRIDGE_HOME: folder });
}

/** The promise fails with this code, and its text matches. */
export async function expectCode(work: Promise<unknown>, code: LocalErrorCode, detail: RegExp): Promise<void> {
  await expect(work).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
}
