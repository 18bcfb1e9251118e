import type { PolicyView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { exit } from '../exit.js';
import { listing, timeText } from '../listing.js';
import { type Column, list, one, type OneView } from '../output/shown.js';
import { readInput } from '../parse.js';
import type { Session } from '../session.js';

const columns: readonly Column<PolicyView>[] = [
  { title: 'POLICY', of: (policy) => `${policy.name}@${policy.version}` },
  { title: 'MODE', of: (policy) => policy.mode },
  { title: 'ENVIRONMENTS', of: (policy) => policy.environments.join(', ') },
  { title: 'PUBLISHED', of: (policy) => timeText(policy.createdAt) },
  { title: 'BY', of: (policy) => policy.createdBy.name ?? policy.createdBy.id },
  { title: 'DIGEST', of: (policy) => policy.digest, wide: true },
];
const view: OneView<PolicyView> = { columns, name: (policy) => `${policy.name}@${policy.version}` };

interface LintAnswer {
  readonly ok: boolean;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
}

export const policy: Register = (noun, define) => {
  define<ListOptions & { readonly environment?: string }>(
    listFlags(noun.command('list').description('the newest version of each').option('--environment <name>')),
    (session, _args, { environment, ...options }) => {
      const query = { environment };
      return listing<PolicyView>(session.api, '/policies', { ...options, query }, { columns, name: view.name, nothing: 'no policies' });
    },
  );

  define<{ readonly text?: boolean }>(
    noun.command('get').description('one policy').argument('<NAME[@VERSION]>').option('--text', 'print its YAML'),
    async (session, [given = ''], { text }) => {
      const [name = '', version] = given.split('@');
      const path = `/policies/${segment(name)}${version === undefined ? '' : `/versions/${segment(version)}`}`;
      const found = await session.api.get<PolicyView>(path);
      if (text !== true || session.globals.output !== 'table') return one(found, view);
      await session.io.data(found.yaml.endsWith('\n') ? found.yaml : `${found.yaml}\n`);
      return undefined;
    },
  );

  define(
    noun.command('lint').description('every mistake in a policy; ends with 8 when there is one').argument('<file>', '- for stdin'),
    async (session, [file = '']) => {
      const { ok, findings } = await session.api.post<LintAnswer>('/policies/lint', { yaml: await yamlOf(session, file) });
      return list(findings, {
        columns: [
          { title: 'WHERE', of: (finding) => finding.field },
          { title: 'WHAT', of: (finding) => finding.message },
        ],
        name: (finding) => finding.field,
        note: ok ? `${file}: no mistakes` : `${file}: ${findings.length} mistakes`,
        ...(ok ? {} : { exit: exit.refused }),
      });
    },
  );

  define(noun.command('publish').description('put a policy in force').argument('<file>', '- for stdin'), async (session, [file = '']) => {
    const body = { yaml: await yamlOf(session, file) };
    return one(await session.api.post<PolicyView>('/policies', body), view);
  });
};

function yamlOf(session: Session, file: string): Promise<string> {
  return readInput(file === '-' ? '-' : `@${file}`, session.io);
}
