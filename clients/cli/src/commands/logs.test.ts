import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lastLines } from './logs.js';

test.each([
  ['', 3, []],
  ['a\nb\nc\n', 2, ['b', 'c']],
  ['a\nb\n', 9, ['a', 'b']],
  ['a\nhalf', 9, ['a']],
  [`${'x'.repeat(100_000)}\n`.repeat(3), 2, ['x'.repeat(100_000), 'x'.repeat(100_000)]],
])('the last lines of a file', async (text, count, lines) => {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-logs-'));
  try {
    await writeFile(join(folder, 'a.log'), text);
    const found = await lastLines(join(folder, 'a.log'), count);
    expect(found.text).toEqual(lines);
    // What is not a whole line yet is read when it is.
    expect(found.end).toBe(text.lastIndexOf('\n') + 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
