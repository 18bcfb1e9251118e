import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { assetPath } from '@drawbridge/example-flights';

const run = promisify(execFile);

/** The commit that last changed the training script; undefined outside a git checkout, where nothing is claimed. */
export async function trainingCommit(): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['log', '-1', '--format=%H', '--', 'train.py'], { cwd: assetPath('') });
    return /^[0-9a-f]{40}$/.exec(stdout.trim())?.[0];
  } catch {
    // No git, or no checkout: the version is registered without a commit.
    return undefined;
  }
}
