import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { sharedFolder } from './binaries.js';
import { canReach, type SystemUser } from './system-user.js';

/**
 * Where the database's files really go: the wanted folder, or, when the database user cannot enter the folders above
 * it (a clone under /root), one under /var/lib that is always the same for the same wanted folder.
 */
export async function placeData(wanted: string, user: SystemUser | undefined): Promise<string> {
  const folder = resolve(wanted);
  if (user === undefined || (await canReach(dirname(folder), user))) return folder;
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(await sharedFolder('lib'), `${basename(folder)}-${id}`);
}
