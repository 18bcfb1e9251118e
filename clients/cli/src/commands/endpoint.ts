import type { EndpointView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { collect, listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, type OneView, section } from '../output/shown.js';
import { parseSettings, settingText } from './monitor-settings.js';
import { trafficText } from './status.js';

const columns: readonly Column<EndpointView>[] = [
  { title: 'NAME', of: (endpoint) => endpoint.name },
  { title: 'ENVIRONMENT', of: (endpoint) => endpoint.environment },
  { title: 'MODEL', of: (endpoint) => endpoint.model },
  { title: 'TRAFFIC', of: trafficText },
  { title: 'ROLLOUT', of: (endpoint) => endpoint.rollout?.status, status: true },
  { title: 'UPDATED', of: (endpoint) => timeText(endpoint.updatedAt), wide: true },
  { title: 'ID', of: (endpoint) => endpoint.id, wide: true },
];

const view: OneView<EndpointView> = {
  columns,
  name: (endpoint) => endpoint.name,
  sections: (endpoint) => [
    section('Traffic', endpoint.targets, [
      { title: 'VERSION', of: (target) => target.version },
      { title: 'WEIGHT', of: (target) => `${target.weight} %`, right: true },
      { title: 'VARIANT', of: (target) => target.variant },
      { title: 'DEPLOYMENT', of: (target) => target.deploymentId },
    ]),
    section('Settings of new monitors', Object.entries(endpoint.monitoring ?? {}), [
      { title: 'SETTING', of: ([name]) => name },
      { title: 'VALUE', of: ([, value]) => settingText(value) },
    ]),
  ],
};

interface CreateOptions {
  readonly environment: string;
  readonly model: string;
  readonly set: readonly string[];
}

export const endpoint: Register = (noun, define) => {
  define<ListOptions & { readonly model?: string; readonly environment?: string }>(
    listFlags(noun.command('list').description('endpoints of the project').option('--model <name>').option('--environment <name>')),
    (session, _args, options) => {
      const query = { model: options.model, environment: options.environment };
      return listing<EndpointView>(
        session.api,
        '/endpoints',
        { ...options, query },
        { columns, name: view.name, nothing: 'no endpoints yet' },
      );
    },
  );

  define(noun.command('get').description('one endpoint with its traffic').argument('<ENDPOINT>'), async (session, [name = '']) =>
    one(await session.api.get<EndpointView>(`/endpoints/${segment(name)}`), view),
  );

  define<CreateOptions>(
    noun
      .command('create')
      .description('a place to serve a model; it serves nothing until a deployment')
      .argument('<ENDPOINT>')
      .requiredOption('--model <name>', 'the model it serves')
      .option('--environment <name>', 'e.g. staging or production', 'production')
      .option('--set <setting=value>', 'of its monitors, e.g. windowSeconds=86400; may be repeated', collect, []),
    async (session, [name = ''], { environment, model, set }) => {
      const body = { name, environment, model, ...(set.length === 0 ? {} : { monitoring: parseSettings(set, '--set') }) };
      return one(await session.api.post<EndpointView>('/endpoints', body), view);
    },
  );
};
