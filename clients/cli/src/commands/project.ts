import type { ProjectView } from '@drawbridge/contracts';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { listing, timeText } from '../listing.js';
import type { Column } from '../output/shown.js';

const columns: readonly Column<ProjectView>[] = [
  { title: 'NAME', of: (project) => project.name },
  { title: 'MODELS', of: (project) => String(project.models) },
  { title: 'ENDPOINTS', of: (project) => String(project.endpoints) },
  { title: 'CHANGED', of: (project) => timeText(project.changedAt) },
];

export const project: Register = (noun, define) => {
  define<ListOptions>(
    listFlags(noun.command('list').description('those in which something exists, the one that changed last first')).addHelpText(
      'after',
      '\nWork in one: --project NAME on any command, DRAWBRIDGE_PROJECT=NAME, or for good: drawbridge login --project NAME.',
    ),
    (session, _args, options) =>
      listing<ProjectView>(session.api, '/projects', options, { columns, name: ({ name }) => name, nothing: 'no projects' }),
  );
};
