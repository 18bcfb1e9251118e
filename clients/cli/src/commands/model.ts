import type { ModelView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { collect, listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, type OneView } from '../output/shown.js';
import { parsePairs } from '../parse.js';
import { parseReference } from '../reference.js';
import { showVersion } from './version-view.js';

const columns: readonly Column<ModelView>[] = [
  { title: 'NAME', of: (model) => model.name },
  { title: 'LATEST', of: (model) => model.latestVersion },
  { title: 'VERSIONS', of: (model) => model.versionCount, right: true },
  { title: 'ALIASES', of: (model) => pairs(model.aliases) },
  { title: 'OWNER', of: (model) => model.owner },
  { title: 'RISK', of: (model) => model.riskClass },
  { title: 'UPDATED', of: (model) => timeText(model.updatedAt) },
  { title: 'TAGS', of: (model) => pairs(model.tags), wide: true },
  { title: 'DESCRIPTION', of: (model) => model.description, wide: true },
  { title: 'ID', of: (model) => model.id, wide: true },
];
const view: OneView<ModelView> = { columns, name: (model) => model.name };

export function pairs(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
}

interface ModelListOptions extends ListOptions {
  readonly name?: string;
  readonly owner?: string;
  readonly tag: readonly string[];
}

interface CreateOptions {
  readonly owner?: string;
  readonly description?: string;
  readonly risk?: string;
  readonly tag: readonly string[];
}

export const model: Register = (noun, define) => {
  define<ModelListOptions>(
    listFlags(
      noun
        .command('list')
        .description('models of the project')
        .option('--name <part>', 'part of the name')
        .option('--owner <owner>')
        .option('--tag <key[=value]>', 'may be repeated, all must hold', collect, []),
    ),
    (session, _args, options) => {
      const query = { name: options.name, owner: options.owner, tag: options.tag };
      return listing<ModelView>(
        session.api,
        '/models',
        { ...options, query },
        { ...view, nothing: 'no models yet: drawbridge model create NAME' },
      );
    },
  );

  define(
    noun.command('get').description('one model, or with @VERSION or @ALIAS that version').argument('<NAME[@VERSION]>'),
    async (session, [text = '']) => {
      const reference = parseReference(text);
      if (reference.version !== undefined) return showVersion(session.api, { model: reference.model, version: reference.version });
      return one(await session.api.get<ModelView>(`/models/${segment(reference.model)}`), view);
    },
  );

  define<CreateOptions>(
    noun
      .command('create')
      .description('a new model')
      .argument('<NAME>')
      .option('--owner <owner>', 'default: you')
      .option('--description <text>')
      .option('--risk <class>', 'low, medium or high')
      .option('--tag <key=value>', 'may be repeated', collect, []),
    async (session, [name = ''], { owner, description, risk, tag }) => {
      const body = {
        name,
        ...(owner === undefined ? {} : { owner }),
        ...(description === undefined ? {} : { description }),
        ...(risk === undefined ? {} : { riskClass: risk }),
        ...(tag.length === 0 ? {} : { tags: parsePairs(tag, '--tag') }),
      };
      return one(await session.api.post<ModelView>('/models', body), view);
    },
  );
};
