import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningChild, type Sandbox, sandbox } from '@drawbridge/testing';
import { Cli, type CliRun } from './cli-user.js';

const samples = join(import.meta.dirname, 'sagemaker');
const capture = ['events', 'import', 'sagemaker'] as const;
const which = ['--model', 'churn@3', '--feature-names', 'age,plan', '--answers', 'score'] as const;

interface Summary {
  readonly files: number;
  readonly lines: number;
  readonly predictions: number;
  readonly sent: number;
  readonly refused: number;
  readonly errors: readonly { readonly at: string; readonly field: string }[];
}

/** Real: the console as a process, Kafka, Postgres. */
describe("SageMaker's data capture", () => {
  let box: Sandbox;
  let service: RunningChild;
  let cli: Cli;

  const run = (...args: readonly string[]): Promise<CliRun> =>
    cli.run([...capture, ...args, '-o', 'json'], {
      env: { DRAWBRIDGE_API_KEY: box.keys.producer, DRAWBRIDGE_ENDPOINT: service.url, DRAWBRIDGE_PROJECT: 'shop' },
    });
  const summaryOf = ({ stdout }: CliRun): Summary => JSON.parse(stdout) as Summary;
  const logged = (count: number) => box.collect('prediction.logged', (events) => events.length >= count);

  beforeAll(async () => {
    [box, cli] = await Promise.all([sandbox('import'), Cli.create()]);
    await Promise.all([box.migrate('console'), box.seedAccess()]);
    service = await box.startService('console');
  }, 120_000);

  afterAll(async () => {
    await cli?.dispose();
    await box?.dispose();
  });

  test('a dry run reads everything and sends nothing', async () => {
    const dry = await run(samples, ...which, '--dry-run');
    expect([dry.code, summaryOf(dry)]).toEqual([0, expect.objectContaining({ files: 2, lines: 6, predictions: 9, sent: 0, refused: 0 })]);
    expect(dry.stderr).toContain('9 predictions could be sent, none was');
  });

  test('a folder of captures is in Kafka, and a second run sends the same ids', async () => {
    expect(summaryOf(await run(samples, ...which))).toMatchObject({ files: 2, lines: 6, predictions: 9, sent: 9, refused: 0, errors: [] });
    expect(summaryOf(await run(samples, ...which))).toMatchObject({ sent: 9 });
    const events = await logged(18);
    const ids = events.map(({ key }) => key);
    expect(new Set(ids).size).toBe(9);
    expect(events.find(({ key }) => key === 'order-2-1')?.data).toEqual({
      predictionId: 'order-2-1',
      time: '2026-03-05T12:00:02.000Z',
      project: 'shop',
      model: 'churn',
      version: '3',
      features: { age: null, plan: 'meter' },
      output: { score: 0.47 },
      status: 'ok',
    });
  });

  test('lines that are wrong are named, here and by the platform, and the others are sent: 2', async () => {
    const [good = ''] = (await readFile(join(samples, '2026/03/05/12/00-csv.jsonl'), 'utf8')).split('\n');
    const ahead = good.replace('2026-03-05T12:00:01Z', new Date(Date.now() + 86_400_000).toISOString()).replace('000001"', '000007"');
    const file = join(cli.home, 'capture.jsonl');
    await writeFile(file, ['{"captureData":{}}', good, 'not json', ahead, good.replace('000001"', '000008"')].join('\n'));
    const mixed = await run(file, ...which);
    expect(mixed.code).toBe(2);
    expect(summaryOf(mixed)).toMatchObject({ lines: 5, predictions: 3, sent: 2, refused: 3 });
    expect(summaryOf(mixed).errors.map(({ at, field }) => `${at} ${field}`)).toEqual([
      `${file}:1 eventMetadata`,
      `${file}:3 (line)`,
      `${file}:4 time`,
    ]);
    expect(mixed.stderr).toContain(`warning: ${file}:4 time:`);
    expect((await logged(20)).map(({ key }) => key)).toEqual(expect.arrayContaining([expect.stringMatching(/000008$/)]));
  });

  test('what nobody can mend by another line is said at once, with its exit code', async () => {
    expect((await run(join(cli.home, 'nowhere'), ...which)).code).toBe(2);
    expect((await run(samples, '--model', 'churn')).code).toBe(2);
    expect((await run(samples, ...which, '--header-file', 'x.csv')).code).toBe(2);
    const viewer = { DRAWBRIDGE_API_KEY: box.keys.viewer, DRAWBRIDGE_ENDPOINT: service.url };
    expect((await cli.run([...capture, samples, ...which], { env: viewer })).code).toBe(5);
  });
});
