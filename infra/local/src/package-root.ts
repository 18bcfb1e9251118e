import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function ascendTo(start: string, marker: string): string {
  let folder = start;
  while (!existsSync(join(folder, marker))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no ${marker} above ${start}`);
    folder = parent;
  }
  return folder;
}

/** The folder `infra/local`, whether the code runs from `src` or from `dist`. */
export const packageRoot = ascendTo(dirname(fileURLToPath(import.meta.url)), 'package.json');

/** The root of the repository. */
export const repositoryRoot = ascendTo(packageRoot, 'package-lock.json');
