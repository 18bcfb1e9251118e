import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { commit, type Machine, thisMachine, withTable } from '@drawbridge/e2e';
import { repositoryRoot } from '@drawbridge/local';

/**
 * The long form of services/monitoring/test/poison.it.ts: one prediction of a hundred is poison. Everything is judged by the
 * test itself, and nothing is written when it fails. Writes docs/evidence/poison.json and a part of docs/reliability.md.
 *
 *   npm run evidence:poison [-- --rows 200000] [-- --dry]
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '200000' }, dry: { type: 'boolean', default: false } } });
const loadBefore = loadavg()[0] ?? 0;
// Before the long run: the tree may move on under it.
const measured = await commit();
const folder = await mkdtemp(join(tmpdir(), 'drawbridge-poison-'));
try {
  const file = join(folder, 'poison.json');
  const { stderr } = await promisify(execFile)('npm', ['run', 'test:it', '--', 'services/monitoring/test/poison.it.ts'], {
    cwd: repositoryRoot,
    env: { ...process.env, DRAWBRIDGE_POISON_ROWS: values.rows, DRAWBRIDGE_POISON_RESULT_FILE: file },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    throw new Error(`the test failed:\n${(error as { stderr?: string }).stderr ?? String(error)}`, { cause: error });
  });
  console.log(stderr.trim());
  const found = JSON.parse(await readFile(file, 'utf8')) as Found;
  const command = `npm run evidence:poison -- --rows ${values.rows}`;
  const result: Result = { ...found, command, at: new Date().toISOString(), commit: measured, machine: thisMachine(loadBefore) };
  const lines = linesOf(result);
  console.log(lines.join('\n'));
  if (!values.dry) {
    const page = join(repositoryRoot, 'docs/reliability.md');
    await writeFile(join(repositoryRoot, 'docs/evidence/poison.json'), `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(page, withTable(await readFile(page, 'utf8'), lines, 'poison'));
    console.log('wrote docs/evidence/poison.json and the part of docs/reliability.md');
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface Found {
  readonly what: string;
  readonly rows: number;
  /** Records by the reason for which they can never be counted. */
  readonly poison: Readonly<Record<string, number>>;
  readonly bombBytes: number;
  readonly replayed: number;
  readonly consumed: number;
  readonly counted: number;
  readonly deadLettered: number;
  readonly seconds: number;
}

interface Result extends Found {
  readonly command: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: Machine;
}

function linesOf({ rows, poison, replayed, counted, deadLettered, bombBytes, seconds, at, commit: of, machine }: Result): string[] {
  const kinds = Object.entries(poison).map(([kind, n]) => `${kind} ${grouped(n)}`);
  return [
    `Of ${grouped(rows)} predictions ${grouped(deadLettered)} were poison (${kinds.join(', ')}; each unreadable one a batch that grows to ` +
      `${String(bombBytes / 2 ** 20)} MiB): every one was one dead letter at its offset, and all others were counted. After the fix ${grouped(replayed)} were ` +
      `replayed while the process was killed, and every window came to its true total, ${grouped(counted)} rows.`,
    '',
    `Measured ${at.slice(0, 10)} at commit ${of} on ${machine.cpu}, ${String(machine.cores)} cores, in ${String(seconds)} s; load before the run ` +
      `${machine.loadBefore.toFixed(1)}. Raw figures: [poison.json](evidence/poison.json).`,
  ];
}

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
