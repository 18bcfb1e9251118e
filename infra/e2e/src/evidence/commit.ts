import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryRoot } from '@drawbridge/local';

const run = promisify(execFile);

/** The commit, marked when the tree differs from it. */
export async function commit(): Promise<string> {
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: repositoryRoot })).stdout.trim();
  try {
    const changed = (await git('status', '--porcelain', '--untracked-files=no')) !== '';
    return `${await git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
