import type { VersionView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import type { Register } from '../command.js';
import { usage } from '../errors.js';
import { list } from '../output/shown.js';
import { parseJson, readInput } from '../parse.js';
import { parseReference } from '../reference.js';
import type { Session } from '../session.js';
import { inferenceRequest, type ModelMetadata } from './rows.js';
import { findVersion } from './version-view.js';

interface PredictOptions {
  readonly data: string;
  readonly endpoint?: string;
}

interface InferAnswer {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters?: { readonly prediction_id?: string; readonly endpoint?: string; readonly variant?: string };
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: readonly unknown[] }[];
}

export const predict: Register = (noun, define) => {
  define<PredictOptions>(
    noun
      .argument('<NAME[@VERSION]>', 'without a version: routed by the weights of the endpoint')
      .requiredOption('-d, --data <@file|->', 'an Open Inference request, or rows as JSON: {"feature": value} or a list of them')
      .option('--endpoint <name>', 'where several serve the model')
      .addHelpText(
        'after',
        '\n  drawbridge predict flights -d \'{"distance": 300, "hour": 8}\'\n  drawbridge predict flights@2 -d @rows.json -o json',
      ),
    async (session, [text = ''], { data, endpoint }) => {
      const given = parseJson(await readInput(data, session.io), data.startsWith('@') ? data.slice(1) : 'the data');
      const path = await pathFor(session, text);
      const headers: Readonly<Record<string, string>> = endpoint === undefined ? {} : { 'x-drawbridge-endpoint': endpoint };
      const body = isRequest(given) ? given : await fromRows(session, path, given, headers);
      // Asked twice, it would be logged twice.
      const answer = await session.serving.post<InferAnswer>(`${path}/infer`, body, { headers, repeatable: false });
      return {
        ...list(rowsOf(answer), {
          columns: columnsOf(answer),
          name: (row) => textOf(row[answer.outputs[0]?.name ?? '']),
          note: noteOf(answer),
        }),
        value: answer,
      };
    },
  );
};

async function pathFor(session: Session, text: string): Promise<string> {
  const { model, version } = parseReference(text);
  if (version === undefined) return `/v2/models/${segment(model)}`;
  // Numbers are versions; a word may be an alias, which the model server does not know.
  const found: Pick<VersionView, 'version'> = /^\d+$/.test(version) ? { version } : await findVersion(session.api, { model, version });
  return `/v2/models/${segment(model)}/versions/${segment(found.version)}`;
}

function isRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'inputs' in value && Array.isArray(value.inputs);
}

async function fromRows(session: Session, path: string, given: unknown, headers: Readonly<Record<string, string>>): Promise<object> {
  const rows: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (rows.length === 0) throw usage('there is no row in the data');
  return inferenceRequest(await session.serving.json<ModelMetadata>('GET', path, { headers }), rows);
}

type Row = Readonly<Record<string, unknown>>;

/** One line per row of the answer; an output with several columns per row is shown as JSON. */
function rowsOf(answer: InferAnswer): Row[] {
  const count = Math.max(0, ...answer.outputs.map(({ shape }) => shape[0] ?? 0));
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      answer.outputs.map(({ name, shape, data }): [string, unknown] => {
        const width = shape.slice(1).reduce((product, size) => product * size, 1);
        return [name, width === 1 ? data[row] : data.slice(row * width, (row + 1) * width)];
      }),
    ),
  );
}

function columnsOf(answer: InferAnswer): { title: string; of: (row: Row) => string }[] {
  return answer.outputs.map(({ name }) => ({ title: name.toUpperCase(), of: (row) => textOf(row[name]) }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '-');
}

function noteOf(answer: InferAnswer): string {
  const { endpoint, prediction_id: id } = answer.parameters ?? {};
  return [
    `${answer.model_name}@${answer.model_version}`,
    ...(endpoint === undefined ? [] : [`on ${endpoint}`]),
    ...(id === undefined ? [] : [`prediction ${id}`]),
  ].join('  ');
}
