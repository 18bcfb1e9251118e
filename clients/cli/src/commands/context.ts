import type { Register } from '../command.js';
import { readConfig, writeConfig } from '../config/config-file.js';
import { unknownContext } from '../config/settings.js';
import { type Column, list, one } from '../output/shown.js';

interface ContextRow {
  readonly name: string;
  readonly current: boolean;
  readonly server: string;
  readonly serving: string;
  readonly project?: string;
  readonly loggedIn: boolean;
}

const columns: readonly Column<ContextRow>[] = [
  { title: 'CURRENT', of: (row) => (row.current ? '*' : ' ') },
  { title: 'NAME', of: (row) => row.name },
  { title: 'SERVER', of: (row) => row.server },
  { title: 'PROJECT', of: (row) => row.project },
  { title: 'LOGGED IN', of: (row) => (row.loggedIn ? 'yes' : 'no') },
  { title: 'SERVING', of: (row) => row.serving, wide: true },
];
const name = (row: ContextRow): string => row.name;

export const context: Register = (noun, define) => {
  define(noun.command('list').description('all of them, never their keys'), async ({ io }) => {
    const { contexts, current } = await readConfig(io.host.env);
    const rows = Object.entries(contexts).map(([each, { key, ...rest }]): ContextRow => ({
      name: each,
      current: each === current,
      ...rest,
      loggedIn: key !== undefined,
    }));
    return list(rows, { columns, name, ...(rows.length === 0 ? { note: 'none yet: drawbridge login' } : {}) });
  });

  define(noun.command('use').description('make it the current one').argument('<name>'), async ({ io }, [wanted = '']) => {
    const config = await readConfig(io.host.env);
    const found = config.contexts[wanted];
    if (found === undefined) throw unknownContext(wanted, Object.keys(config.contexts));
    await writeConfig(io.host.env, { ...config, current: wanted });
    const { key, ...rest } = found;
    return one({ name: wanted, current: true, ...rest, loggedIn: key !== undefined }, { columns, name });
  });

  define(noun.command('remove').description('forget it and its key').argument('<name>'), async ({ io }, [wanted = '']) => {
    const config = await readConfig(io.host.env);
    if (config.contexts[wanted] === undefined) throw unknownContext(wanted, Object.keys(config.contexts));
    await io.confirm(`Forget the context ${wanted}`);
    const { [wanted]: _forgotten, ...contexts } = config.contexts;
    const { current, ...rest } = config;
    await writeConfig(io.host.env, { ...rest, ...(current === undefined || current === wanted ? {} : { current }), contexts });
    return one(
      { name: wanted, forgotten: true },
      { columns: [{ title: 'FORGOTTEN', of: (gone) => gone.name }], name: (gone) => gone.name },
    );
  });
};
