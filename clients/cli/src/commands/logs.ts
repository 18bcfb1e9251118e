import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Register } from '../command.js';
import { CliError } from '../errors.js';
import { exit } from '../exit.js';
import { plain } from '../output/plain.js';
import { parseCount } from '../parse.js';
import type { Session } from '../session.js';

interface LogOptions {
  readonly follow?: boolean;
  readonly lines: string;
}

/** The end of a file is searched for lines in pieces of this size. */
const PIECE = 64 * 1024;
const FOLLOW_MS = 300;

export const logs: Register = (noun, define) => {
  define<LogOptions>(
    noun
      .argument('[service]', 'one of them; default: all')
      .option('-f, --follow', 'go on with new lines until Ctrl C')
      .option('--lines <n>', 'begin with this many of the last lines', '50'),
    async (session, [service], { follow, lines }) => {
      const files = await filesFor(session, service);
      const count = parseCount(lines, '--lines', 100_000);
      const stream = session.stream();
      const print = (file: string, line: string): Promise<void> => {
        const name = basename(file, '.log');
        const text = plain(line);
        return stream.item({ service: name, line }, files.length > 1 ? `${name.padEnd(10)} ${text}` : text, line);
      };
      try {
        const positions = new Map<string, number>();
        for (const file of files) {
          const { text, end } = await lastLines(file, count);
          positions.set(file, end);
          for (const line of text) await print(file, line);
        }
        while (follow === true) {
          await session.pause(FOLLOW_MS);
          for (const file of files) for (const line of await newLines(file, positions)) await print(file, line);
        }
      } finally {
        await stream.end();
      }
      return undefined;
    },
  );
};

async function filesFor({ settings }: Session, service: string | undefined): Promise<string[]> {
  const { stack } = settings;
  if (stack === undefined) {
    throw new CliError(exit.notFound, {
      code: 'DBR-NO-LOCAL-STACK',
      message: 'no stack runs in this folder',
      why: 'logs are read from the folder of a stack on this machine; .drawbridge/stack.json was not found',
      fix: 'npm start, or go to the folder where it was started',
    });
  }
  const names = (await readdir(stack.logs).catch(() => [])).filter((name) => name.endsWith('.log')).toSorted();
  if (service === undefined) return names.map((name) => join(stack.logs, name));
  if (names.includes(`${service}.log`)) return [join(stack.logs, `${service}.log`)];
  throw new CliError(exit.notFound, {
    code: 'DBR-LOG-NOT-FOUND',
    message: `there is no log of "${service}"`,
    why: `there are ${names.map((name) => basename(name, '.log')).join(', ') || 'none'}`,
    fix: 'drawbridge logs',
  });
}

/** The last lines of a file, read from its end, and where the next ones will begin. */
export async function lastLines(file: string, count: number): Promise<{ text: string[]; end: number }> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let start = size;
    let bytes = Buffer.alloc(0);
    while (start > 0 && breaks(bytes) <= count) {
      const length = Math.min(PIECE, start);
      start -= length;
      const piece = Buffer.alloc(length);
      await handle.read(piece, 0, length, start);
      bytes = Buffer.concat([piece, bytes]);
    }
    const whole = bytes.lastIndexOf(10) + 1;
    return { text: linesOf(bytes.subarray(0, whole)).slice(-count), end: size - (bytes.length - whole) };
  } finally {
    await handle.close();
  }
}

/** Whole lines after the position; a file that became shorter was started anew. */
async function newLines(file: string, positions: Map<string, number>): Promise<string[]> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  const known = positions.get(file) ?? 0;
  const from = size < known ? 0 : known;
  if (size === from) return [];
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    const whole = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
    positions.set(file, from + whole);
    return linesOf(bytes.subarray(0, whole));
  } finally {
    await handle.close();
  }
}

function breaks(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
