import type { AccessDirectory } from '@drawbridge/service';

const patienceMs = 3_000;

/**
 * Waits until a new key has come back over `access.state`, so that whoever gets it can use it at once. Gives up quietly: the key is stored and
 * works a moment later.
 */
export async function known(directory: AccessDirectory, text: string): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end && !directory.authenticate(text).ok;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
