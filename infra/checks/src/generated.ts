import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loggedCodes, serviceCodes } from '@drawbridge/contracts';
import { errorPage } from '@drawbridge/local';
import { codeDisagreements, codesOf } from './codes/scan.js';
import { disagreements, type Observed } from './topology/disagreements.js';
import { readersOf, writtenBy } from './topology/scan.js';
import { codesView } from './views/codes.js';
import { contractViews } from './views/contract.js';
import { openApiViews, permissionsView, undocumented } from './views/interfaces.js';
import { kernelView } from './views/kernel.js';
import { describeServices } from './views/services.js';
import { topologyView } from './views/topology.js';
import type { View } from './views/view.js';

/** Folders in which every file is generated: one that no view writes any more is removed. */
const ownedFolders = ['docs/contract/schemas', 'docs/contract/openapi'];

export interface Generated {
  readonly views: readonly View[];
  /** Contract against code; a view that hid them would lie. */
  readonly disagreements: readonly string[];
}

/** Builds every committed view from the code, in memory. */
export async function generate(root: string): Promise<Generated> {
  const services = await describeServices(root);
  const observed = services.map(({ service, handlers }): Observed => ({
    service,
    handlers,
    readers: readersOf(root, service),
    writes: writtenBy(root, service),
  }));
  const codes = codesOf(root);
  return {
    views: [
      ...contractViews(),
      ...openApiViews(services),
      permissionsView(services),
      topologyView(observed),
      { path: 'docs/errors.md', content: errorPage() },
      codesView(codes),
      await kernelView(root),
    ],
    disagreements: [
      ...disagreements(observed),
      ...undocumented(services),
      ...codeDisagreements(codes, { ...serviceCodes, ...loggedCodes }),
    ],
  };
}

/** Files that differ from what the code says, with how. */
export function stale(root: string, views: readonly View[]): string[] {
  const wrong = views.flatMap(({ path, content }) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`${path} is missing`];
    return readFileSync(file, 'utf8') === content ? [] : [`${path} is not what the code says`];
  });
  return [...wrong, ...leftOver(root, views).map((path) => `${path} belongs to nothing any more`)];
}

/** Writes what differs and removes what is left over. Returns the paths that changed. */
export function write(root: string, views: readonly View[]): string[] {
  const changed = views.filter(({ path, content }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== content);
  for (const { path, content } of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const gone = leftOver(root, views);
  for (const path of gone) rmSync(join(root, path));
  return [...changed.map(({ path }) => path), ...gone];
}

function leftOver(root: string, views: readonly View[]): string[] {
  const wanted = new Set(views.map(({ path }) => path));
  return ownedFolders.flatMap((folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
      .map((name) => `${folder}/${name}`)
      .filter((path) => !wanted.has(path)),
  );
}
