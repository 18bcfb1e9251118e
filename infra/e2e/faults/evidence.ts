import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@drawbridge/local';
import type { Machine } from '../src/evidence/machine.js';
import { withTable } from '../src/evidence/with-table.js';
import type { Experiment } from './experiment.js';
import type { Finished } from './run.js';

/** One experiment of the long form, as it is committed. */
export interface EvidenceLine {
  readonly experiment: string;
  readonly about: string;
  readonly verdict: 'held' | 'failed' | 'not run' | 'wrong, as it must be';
  readonly seed: number;
  readonly commit: string;
  readonly at: string;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly failures: readonly string[];
  readonly machine: Machine;
}

const FILE = join(repositoryRoot, 'docs/evidence/faults.ndjson');
const PAGE = join(repositoryRoot, 'docs/reliability.md');

export function verdictOf({ control }: Experiment, { failures, notRun }: Pick<Finished, 'failures' | 'notRun'>): EvidenceLine['verdict'] {
  if (notRun !== undefined) return 'not run';
  if (failures.length > 0) return 'failed';
  return control === true ? 'wrong, as it must be' : 'held';
}

/** Puts the lines in place of older ones of the same experiments, and the table of all of them on the page. */
export async function keepEvidence(lines: readonly EvidenceLine[], order: readonly string[]): Promise<void> {
  const known = new Map((await linesIn(FILE)).map((line) => [line.experiment, line]));
  for (const line of lines) known.set(line.experiment, line);
  const all = order.flatMap((name) => known.get(name) ?? []);
  await writeFile(FILE, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), tableOf(all), 'faults'));
}

async function linesIn(file: string): Promise<EvidenceLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EvidenceLine);
}

/** The table of docs/reliability.md. */
export function tableOf(lines: readonly EvidenceLine[]): string[] {
  const machines = new Set(
    lines.map(({ machine }) => `${machine.cpu}, ${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, Node ${machine.node}`),
  );
  const commits = new Set(lines.map(({ commit }) => commit));
  const days = new Set(lines.map(({ at }) => at.slice(0, 10)));
  return [
    '| fault | records | faults, of these with unflushed work | writes refused | window error | drift events: distinct / must be | seconds | verdict |',
    '|---|---|---|---|---|---|---|---|',
    ...lines.map(rowOf),
    '',
    `Taken ${[...days].join(', ')} at commit ${[...commits].join(', ')} on ${[...machines].join('; ')}; seed ${[...new Set(lines.map(({ seed }) => seed))].join(', ')}. ` +
      'Raw figures: [faults.ndjson](evidence/faults.ndjson).',
  ];
}

function rowOf({ experiment, about, figures, seconds, verdict }: EvidenceLine): string {
  const { faults, faultsThatCounted, driftAnnounced, driftExpected } = figures;
  const struck = faultsThatCounted === undefined ? text(faults) : `${text(faults)}, ${text(faultsThatCounted)}`;
  const drift = driftExpected === undefined ? '' : `${text(driftAnnounced)} / ${text(driftExpected)}`;
  const cells = [
    `**${experiment}**: ${about}`,
    text(figures['records']),
    struck,
    text(figures['refusedSwaps']),
    text(figures['windowError']),
    drift,
  ];
  return `| ${[...cells, String(seconds), verdict].join(' | ')} |`;
}

function text(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en').replaceAll(',', ' ') : '';
}
