import { join } from 'node:path';
import { repositoryRoot } from '@drawbridge/local';

const client = 'infra/bench/dist/src/intake/client-child.js';
const pipeline = 'services/monitoring/dist/bench/intake/pipeline.js';

export interface Measurement {
  readonly name: string;
  readonly variant: string;
  readonly program: string;
  readonly source: 'kafka' | 'memory';
  readonly work: string;
  /** Times it reads all events in one process; those that cost little need more of them. */
  readonly passes: number;
  readonly about: string;
}

const one = (variant: string, key: string, program: string, work: string, passes: number, about: string): Measurement => ({
  name: `${variant}: ${key}`,
  variant,
  program: join(repositoryRoot, program),
  source: key.endsWith('from memory') ? 'memory' : 'kafka',
  work,
  passes,
  about,
});

const discard = (variant: string): Measurement =>
  one(variant, 'kafkajs, discard', client, 'discard', 2, 'kafkajs eachBatch that looks at nothing');
const parse = (variant: string): Measurement =>
  one(variant, 'JSON.parse from memory', client, 'parse', 1, 'toString and JSON.parse, nothing else, no Kafka');
const count = (variant: string): Measurement =>
  one(variant, 'ours, read and count', pipeline, 'count', 3, 'fetch, decode, check, route, count every feature');

/** What is measured, in the order of a round. */
export const measurements: readonly Measurement[] = [
  discard('logged'),
  one('logged', 'kafkajs, JSON.parse', client, 'parse', 1, 'kafkajs eachBatch and JSON.parse'),
  one('logged', 'kafkajs, JSON.parse, Maps', client, 'count', 1, 'the same, and the counts in Maps of objects'),
  parse('logged'),
  one('logged', 'ours, discard', pipeline, 'discard', 4, 'our reader that looks at nothing'),
  count('logged'),
  one('logged', 'ours, read and count, from memory', pipeline, 'count', 3, 'the same from a log in memory'),
  one(
    'logged',
    'ours, whole intake, from memory',
    pipeline,
    'intake',
    1,
    'the production intake without its database: repeats, windows, late rows',
  ),
  one('logged', 'ours, whole intake and kept rows, from memory', pipeline, 'kept', 1, 'the same, and every row made ready to be stored'),
  parse('full-precision'),
  count('full-precision'),
  discard('headers-0'),
  count('headers-0'),
];

/** Runs of the production process. */
export interface ProductionCase {
  readonly name: string;
  readonly variant: string;
  /** Share of the rows that are kept for labels. */
  readonly keepRate: number;
  readonly headers: number;
  readonly about: string;
}

const production = (variant: string, headers: number, about: string): ProductionCase => ({
  name: `${variant}: production`,
  variant,
  keepRate: 0,
  headers,
  about,
});

export const productions: readonly ProductionCase[] = [
  production('logged', 2, 'monitoring as it runs: all of the above, flushes, closing, judging, metrics; no rows kept for labels'),
  production('full-precision', 2, 'the same, all digits'),
  production('headers-0', 0, 'the same, no headers'),
  { ...production('logged', 2, 'the same, every row kept in Postgres'), name: 'logged: production, rows kept', keepRate: 1 },
];

/**
 * Ratios that have a floor: how many times the events per processor second of the pipeline are those of the other. The
 * pipeline is the production process; `part` is the same for what other consumers do as well, reading and counting.
 */
export const ratios: readonly {
  readonly name: string;
  readonly of: string;
  readonly part: string;
  readonly over: string;
  readonly floor: number;
  readonly aim: number;
}[] = [
  {
    name: 'kafkajs + JSON.parse + Maps',
    of: 'logged: production',
    part: 'logged: ours, read and count',
    over: 'logged: kafkajs, JSON.parse, Maps',
    floor: 5,
    aim: 8,
  },
  {
    name: 'JSON.parse alone, rounded',
    of: 'logged: production',
    part: 'logged: ours, read and count',
    over: 'logged: JSON.parse from memory',
    floor: 1.3,
    aim: 2,
  },
  {
    name: 'JSON.parse alone, all digits',
    of: 'full-precision: production',
    part: 'full-precision: ours, read and count',
    over: 'full-precision: JSON.parse from memory',
    floor: 1.3,
    aim: 2,
  },
  {
    name: 'kafkajs that discards, 2 headers',
    of: 'logged: production',
    part: 'logged: ours, read and count',
    over: 'logged: kafkajs, discard',
    floor: 1.5,
    aim: 2.5,
  },
  {
    name: 'kafkajs that discards, no headers',
    of: 'headers-0: production',
    part: 'headers-0: ours, read and count',
    over: 'headers-0: kafkajs, discard',
    floor: 1.5,
    aim: 2.5,
  },
];
