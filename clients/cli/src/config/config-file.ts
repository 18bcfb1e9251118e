import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError, codeOf, reasonOf } from '../errors.js';
import { exit } from '../exit.js';

/** One installation and who one is there. */
export interface Context {
  readonly server: string;
  readonly serving: string;
  readonly key?: string;
  readonly project?: string;
}

export interface ConfigFile {
  readonly format: 1;
  readonly current?: string;
  readonly contexts: Readonly<Record<string, Context>>;
}

type Env = Readonly<Record<string, string | undefined>>;

const empty: ConfigFile = { format: 1, contexts: {} };

/** `$XDG_CONFIG_HOME/drawbridge/config.json`, by default below `~/.config`. */
export function configPath(env: Env): string {
  const base = env['XDG_CONFIG_HOME'];
  const home = env['HOME'] ?? homedir();
  return join(base !== undefined && base !== '' ? base : join(home, '.config'), 'drawbridge', 'config.json');
}

export async function readConfig(env: Env): Promise<ConfigFile> {
  const file = configPath(env);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return empty;
    throw broken(file, reasonOf(error));
  }
  try {
    const config = JSON.parse(text) as Partial<ConfigFile> | null;
    if (config?.format !== 1 || typeof config.contexts !== 'object') throw new Error('it is not of format 1');
    return { ...empty, ...config };
  } catch (error) {
    throw broken(file, reasonOf(error));
  }
}

/** Writes it whole or not at all, readable by its owner only. */
export async function writeConfig(env: Env, config: ConfigFile): Promise<string> {
  const file = configPath(env);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const arriving = `${file}.${process.pid}`;
  await writeFile(arriving, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(arriving, 0o600);
  await rename(arriving, file);
  return file;
}

/** Can others read the keys in it? */
export async function isOpenToOthers(env: Env): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const facts = await stat(configPath(env)).catch(() => undefined);
  return facts !== undefined && (facts.mode & 0o077) !== 0;
}

function broken(file: string, why: string): CliError {
  return new CliError(exit.failed, {
    code: 'DBR-CONFIG-BROKEN',
    message: `${file} cannot be used`,
    why,
    fix: 'correct it, or remove it and run drawbridge login',
  });
}
