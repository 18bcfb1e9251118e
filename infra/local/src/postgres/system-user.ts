import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { run } from '../process/run.js';

/** The user the database runs as; undefined means ourselves. Postgres refuses to run as root. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function lookUp(name: string, passwd: string): SystemUser | undefined {
  const line = passwd.split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid) };
}

function known(name: string): SystemUser | undefined {
  try {
    return lookUp(name, readFileSync('/etc/passwd', 'utf8'));
  } catch {
    return undefined;
  }
}

/** As root: the user `postgres`, or a system user `drawbridge` made for this, or `nobody`. Otherwise nobody but us. */
export async function databaseUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const present = known('postgres') ?? known('drawbridge');
  if (present !== undefined) return present;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'drawbridge']);
  const user = known('drawbridge') ?? known('nobody');
  if (user === undefined) throw new Error('no user to run Postgres as');
  return user;
}

/** True when the user can enter every folder on the way to the path. Only the classic mode bits are looked at. */
export async function canReach(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  let folder = resolve(path);
  for (;;) {
    const entry = await stat(folder).catch(() => undefined);
    if (entry?.isDirectory() === true) {
      const shift = entry.uid === user.uid ? 6 : entry.gid === user.gid ? 3 : 0;
      if (((entry.mode >> shift) & 1) === 0) return false;
    }
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}
