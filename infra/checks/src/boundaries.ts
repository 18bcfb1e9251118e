import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** One import or dependency that crosses a boundary, with what to do instead. */
export interface Crossing {
  readonly file: string;
  readonly what: string;
  readonly instead: string;
}

type Layer = 'pure' | 'adapter' | 'outbox' | 'service-lib' | 'testing';

const layers: Readonly<Record<string, Layer>> = {
  contracts: 'pure',
  drift: 'pure',
  inference: 'pure',
  audit: 'pure',
  kafka: 'adapter',
  postgres: 'adapter',
  telemetry: 'adapter',
  outbox: 'outbox',
  service: 'service-lib',
  testing: 'testing',
};

/** What each layer of libs may depend on, besides itself. `kafka` and `postgres` may use `telemetry`. */
const below: Readonly<Record<Layer, readonly Layer[]>> = {
  pure: [],
  adapter: ['pure'],
  outbox: ['pure', 'adapter'],
  'service-lib': ['pure', 'adapter', 'outbox'],
  testing: ['pure', 'adapter', 'outbox', 'service-lib'],
};

/** Folders of a service and the sibling folders each may import. `sagas` and `commands` are the application layer that http and handlers call. */
const folders: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  intake: ['intake', 'domain', 'persistence'],
  handlers: ['handlers', 'domain', 'persistence', 'sagas', 'commands'],
  http: ['http', 'domain', 'persistence', 'sagas', 'commands'],
  commands: ['commands', 'domain', 'persistence'],
  sagas: ['sagas', 'domain', 'persistence'],
  persistence: ['persistence', 'domain'],
};

const services = ['registry', 'deployment', 'monitoring', 'governance', 'serving', 'console'];

/** Checks the rules between projects and between the folders of a service. Import rules by package are oxlint's. */
export function crossings(root: string): Crossing[] {
  return [...projectCrossings(root), ...folderCrossings(root)];
}

function projectCrossings(root: string): Crossing[] {
  const found: Crossing[] = [];
  for (const group of ['libs', 'services', 'clients']) {
    for (const name of childFolders(join(root, group))) {
      const path = join(root, group, name);
      const uses = [...dependenciesOf(path), ...importsOf(join(path, 'src')).map(({ target }) => target)];
      for (const dependency of new Set(uses.filter((each) => each.startsWith('@drawbridge/')))) {
        const crossing = judge(group, name, dependency.split('/')[1] ?? '');
        if (crossing !== undefined) found.push({ file: relative(root, path), ...crossing });
      }
    }
  }
  return found;
}

function judge(group: string, name: string, target: string): Omit<Crossing, 'file'> | undefined {
  if (target === name) return undefined;
  if (services.includes(target)) {
    return {
      what: `${name} → service ${target}`,
      instead: 'services meet in libs/contracts only: consume its event or call its REST interface',
    };
  }
  const layer = layers[target];
  if (group === 'services') {
    return target === 'testing' ? { what: `${name} → testing`, instead: 'libs/testing is for tests: make it a dev dependency' } : undefined;
  }
  if (group === 'clients') {
    return layer === 'pure'
      ? undefined
      : { what: `${name} → ${target}`, instead: 'clients use pure libs and contracts; speak HTTP or Kafka to the rest' };
  }
  const own = layers[name];
  if (own === undefined || layer === undefined) {
    return own === 'testing'
      ? undefined
      : { what: `${name} → ${target}`, instead: 'name the lib and its layer in infra/checks/src/boundaries.ts' };
  }
  const telemetry = own === 'adapter' && target === 'telemetry';
  if (below[own].includes(layer) || telemetry) return undefined;
  return {
    what: `lib ${name} (${own}) → ${target} (${layer})`,
    instead: 'layers: pure ← adapter ← outbox ← service; move the code down or pass it in',
  };
}

function folderCrossings(root: string): Crossing[] {
  const found: Crossing[] = [];
  for (const service of childFolders(join(root, 'services'))) {
    const source = join(root, 'services', service, 'src');
    for (const { file, target } of importsOf(source)) {
      if (!target.startsWith('.')) continue;
      const from = relative(source, file).split(sep);
      const to = relative(source, resolve(dirname(file), target)).split(sep);
      if (from.length < 2 || from.at(-1)?.includes('.test.') === true) continue;
      const allowed = folders[from[0] ?? ''];
      const aim = to.length < 2 ? `${to[0] ?? ''}` : (to[0] ?? '');
      if (allowed === undefined || allowed.includes(aim) || aim === 'config.js') continue;
      if (aim in folders || aim.endsWith('.module.js') || aim === 'main.js') {
        found.push({
          file: relative(root, file),
          what: `${from[0] ?? ''}/ → ${aim}`,
          instead: `${from[0] ?? ''}/ may import ${allowed.join(', ')}; only *.module.ts and main.ts see everything`,
        });
      }
    }
  }
  return found;
}

interface Import {
  readonly file: string;
  readonly target: string;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function importsOf(folder: string): Import[] {
  return sourceFiles(folder).flatMap((file) =>
    file.endsWith('.test.ts')
      ? []
      : [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => ({ file, target: match[1] ?? match[2] ?? match[3] ?? '' })),
  );
}

function sourceFiles(folder: string): string[] {
  return list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') return [];
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

function dependenciesOf(project: string): string[] {
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  return Object.keys(manifest.dependencies ?? {});
}

function childFolders(folder: string): string[] {
  return list(folder).filter((name) => list(join(folder, name)).includes('package.json'));
}

function list(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}
