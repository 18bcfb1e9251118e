import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { reasonOf, usage } from '../errors.js';
import type { Io } from '../io.js';

export interface Line {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The files of a capture: one, or all `.jsonl` of a folder in the order of their names, which is that of the hours. */
export async function captureFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const found = await readdir(path, { recursive: true, withFileTypes: true });
    const files = found
      .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length === 0) throw usage(`${path} holds no file that ends with .jsonl`, 'name the folder that the capture was copied to');
    return files.sort();
  } catch (error) {
    if (error instanceof Error && error.name === 'CliError') throw error;
    throw usage(`${path} cannot be read: ${reasonOf(error)}`, 'check the path');
  }
}

/** The lines of a file, of stdin for `-`, one at a time whatever its size. Empty ones are left out. */
export async function* linesOf(file: string, io: Io): AsyncGenerator<Line> {
  const input = file === '-' ? io.host.stdin : createReadStream(file);
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() !== '') yield { file: file === '-' ? '(stdin)' : file, number, text };
  }
}
