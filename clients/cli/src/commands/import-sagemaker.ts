import type { Register } from '../command.js';
import { usage } from '../errors.js';
import { exit } from '../exit.js';
import { type Column, one, type OneView, section, type Shown } from '../output/shown.js';
import { parseDuration, readText } from '../parse.js';
import { parseReference } from '../reference.js';
import { type CaptureFacts, predictionsOf } from '../sagemaker/capture.js';
import { csvRows } from '../sagemaker/csv.js';
import { CaptureFault } from '../sagemaker/fault.js';
import { captureFiles, type Line, linesOf } from '../sagemaker/files.js';
import { type Refused, Sending } from '../sagemaker/sending.js';
import type { Session } from '../session.js';
import { findVersion } from './version-view.js';

interface ImportOptions {
  readonly model: string;
  readonly endpoint?: string;
  readonly featureNames?: string;
  readonly headerFile?: string;
  readonly answers: string;
  readonly dryRun?: boolean;
}

interface Summary {
  readonly files: number;
  readonly lines: number;
  readonly predictions: number;
  readonly sent: number;
  readonly refused: number;
  /** Predictions whose values had no names. */
  readonly withoutFeatures: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  /** The first of those that were refused. */
  readonly errors: readonly { readonly at: string; readonly field: string; readonly message: string }[];
}

/** Findings that are told one by one; the rest is a number. */
const MOST_ERRORS = 50;
const TELL_EVERY_MS = 2000;

const columns: readonly Column<Summary>[] = [
  { title: 'FILES', of: (each) => each.files },
  { title: 'LINES', of: (each) => each.lines },
  { title: 'PREDICTIONS', of: (each) => each.predictions },
  { title: 'SENT', of: (each) => each.sent },
  { title: 'REFUSED', of: (each) => each.refused },
  { title: 'FROM', of: (each) => each.firstTime },
  { title: 'TO', of: (each) => each.lastTime },
];

const view: OneView<Summary> = {
  columns,
  name: (each) => String(each.sent),
  sections: ({ errors }) => [
    section('Refused', errors, [
      { title: 'AT', of: ({ at }) => at },
      { title: 'FIELD', of: ({ field }) => field },
      { title: 'WHY', of: ({ message }) => message },
    ]),
  ],
};

export const importSageMaker: Register = (noun, define) => {
  define<ImportOptions>(
    noun
      .command('sagemaker')
      .description("predictions from SageMaker's data capture")
      .argument('<path>', 'a .jsonl file, a folder of them, or - for stdin')
      .requiredOption('--model <NAME@VERSION>', 'which version answered')
      .option('--endpoint <name>', 'where several serve the version')
      .option('--feature-names <a,b,c>', 'names of the values of a row, for CSV and for lists in JSON')
      .option('--header-file <file>', 'the same from the first line of a CSV file')
      .option('--answers <meaning>', 'what a single number of an answer is: value or score', 'value')
      .option('--dry-run', 'read and check everything, send nothing')
      .addHelpText(
        'after',
        '\n  aws s3 cp --recursive s3://bucket/capture/churn-prod capture/\n' +
          '  drawbridge events import sagemaker capture/ --model churn@3 --feature-names age,plan --dry-run',
      ),
    async (session, [path = ''], options) => new Import(session, await factsOf(session, options), options.dryRun === true).run(path),
  );
};

async function factsOf(session: Session, options: ImportOptions): Promise<CaptureFacts> {
  const { model, version } = parseReference(options.model);
  if (version === undefined) throw usage(`--model ${options.model} names no version`, `write --model ${model}@VERSION`);
  const { answers } = options;
  if (answers !== 'value' && answers !== 'score')
    throw usage(`--answers ${answers} is not known`, 'write --answers value or --answers score');
  const featureNames = await namesOf(options);
  const { endpoint } = options;
  return {
    model,
    // A word is an alias, which no producer may send.
    version: /^\d+$/.test(version) ? version : (await findVersion(session.api, { model, version })).version,
    project: session.settings.project.value,
    meaning: answers,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(featureNames === undefined ? {} : { featureNames }),
  };
}

async function namesOf({ featureNames, headerFile }: ImportOptions): Promise<readonly string[] | undefined> {
  if (featureNames !== undefined && headerFile !== undefined)
    throw usage('--feature-names and --header-file say the same', 'give one of them');
  if (featureNames === undefined && headerFile === undefined) return undefined;
  const text = featureNames ?? (await readText(headerFile ?? ''));
  const names = (csvRows(text.replace(/^\uFEFF/, ''))[0] ?? []).map((name) => name.trim());
  const flag = featureNames === undefined ? '--header-file' : '--feature-names';
  if (names.length === 0 || names.includes('')) throw usage(`${flag} holds a name that is empty`, 'write a,b,c');
  if (new Set(names).size < names.length) throw usage(`${flag} holds a name twice`, 'every value needs a name of its own');
  return names;
}

/** One run: reads line by line, so that neither size nor number of the files matters. */
class Import {
  private readonly errors: Summary['errors'][number][] = [];
  private readonly count = { files: 0, lines: 0, predictions: 0, sent: 0, refused: 0, withoutFeatures: 0 };
  private times: { first?: string; last?: string } = {};
  private toldMs = Date.now();
  private readonly sending: Sending;

  constructor(
    private readonly session: Session,
    private readonly facts: CaptureFacts,
    private readonly dryRun: boolean,
  ) {
    this.sending = new Sending({
      api: dryRun ? { post: () => Promise.reject(new Error('a dry run sends nothing')) } : session.api,
      sent: (rows) => {
        this.count.sent += rows;
      },
      refused: (fault) => this.refuse(fault),
      pause: (ms) => session.pause(ms),
      now: Date.now,
      patienceMs: parseDuration(session.globals.timeout, '--timeout'),
    });
  }

  async run(path: string): Promise<Shown> {
    const { session, sending } = this;
    for (const file of path === '-' ? ['-'] : await captureFiles(path)) {
      this.count.files += 1;
      for await (const line of linesOf(file, session.io)) {
        session.signal.throwIfAborted();
        await this.take(line);
        this.tell();
      }
    }
    if (!this.dryRun) await sending.flush();
    return this.shown();
  }

  private async take(line: Line): Promise<void> {
    this.count.lines += 1;
    let predictions: ReturnType<typeof predictionsOf>;
    try {
      predictions = predictionsOf(line.text, this.facts);
    } catch (error) {
      if (!(error instanceof CaptureFault)) throw error;
      this.refuse({ ...line, field: error.field, message: error.message });
      return;
    }
    for (const prediction of predictions) {
      this.count.predictions += 1;
      if (prediction.features === undefined) this.count.withoutFeatures += 1;
      const { first = prediction.time, last = prediction.time } = this.times;
      this.times = { first: prediction.time < first ? prediction.time : first, last: prediction.time > last ? prediction.time : last };
      if (!this.dryRun) await this.sending.add(line, prediction);
    }
  }

  private refuse({ file, number, field, message }: Refused): void {
    this.count.refused += 1;
    if (this.errors.length >= MOST_ERRORS) return;
    const at = `${file}:${String(number)}`;
    this.errors.push({ at, field, message });
    this.session.io.warn(`${at} ${field}: ${message}`);
  }

  private tell(): void {
    if (Date.now() - this.toldMs < TELL_EVERY_MS) return;
    this.toldMs = Date.now();
    const { lines, sent, refused } = this.count;
    this.session.note(`${String(lines)} lines read, ${String(sent)} predictions sent, ${String(refused)} refused`);
  }

  private shown(): Shown {
    const { count, times, errors, dryRun } = this;
    const summary: Summary = {
      ...count,
      ...(times.first === undefined ? {} : { firstTime: times.first }),
      ...(times.last === undefined ? {} : { lastTime: times.last }),
      errors,
    };
    const unnamed = count.withoutFeatures > 0 ? `; ${String(count.withoutFeatures)} have no features: give --feature-names` : '';
    const done = dryRun
      ? `${String(count.predictions)} predictions could be sent, none was`
      : `${String(count.sent)} predictions are in Kafka; running it again counts none of them twice as long as the repeat is near`;
    const refused = count.refused > 0 ? `; ${String(count.refused)} refused` : '';
    return one(summary, { ...view, note: `${done}${refused}${unnamed}`, ...(count.refused > 0 ? { exit: exit.usage } : {}) });
  }
}
