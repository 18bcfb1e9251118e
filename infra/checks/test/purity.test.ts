import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');

/** What a file loads at run time; types are erased and load nothing. */
function loads(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)([^;]*?)\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm);
  return [...statements].filter(([, names]) => !onlyTypes(names)).map((match) => match[2] ?? match[3] ?? '');
}

function onlyTypes(names: string | undefined): boolean {
  const inner = /^\{([^}]*)\}\s*$/.exec(names?.trim() ?? '')?.[1];
  return inner !== undefined && inner.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
}

function sourceOf(from: string, target: string): string {
  return resolve(dirname(from), target).replace(/\.js$/, '.ts');
}

function libSources(name: string): string[] {
  const index = join(root, 'libs', name, 'src/index.ts');
  return existsSync(index) ? [index] : [];
}

/** Every package that a file brings into the process, with the file that asks for it. */
function packagesBehind(entry: string): Map<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const target of loads(file)) {
      if (target.startsWith('.')) queue.push(sourceOf(file, target));
      else if (target.startsWith('@drawbridge/')) queue.push(...libSources(target.split('/')[1] ?? ''));
      else found.set(target, relative(root, file));
    }
  }
  return found;
}

const folders = readdirSync(join(root, 'services')).flatMap((service) =>
  ['domain', 'intake'].map((folder) => `services/${service}/src/${folder}`).filter((folder) => existsSync(join(root, folder))),
);

function entriesOf(folder: string): string[] {
  return readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && !/\.(?:test|mother)\.ts$/.test(name));
}

test.each(folders)('%s loads no framework, not even through others', (folder) => {
  const nest = entriesOf(folder).flatMap((name) => {
    const packages = [...packagesBehind(join(root, folder, name))];
    return packages.filter(([target]) => target.startsWith('@nestjs/')).map(([target, by]) => `${name}: ${target} through ${by}`);
  });
  expect(nest).toEqual([]);
});

test.each(folders.filter((folder) => folder.endsWith('/domain')))('%s knows neither Kafka nor SQL nor the process', (folder) => {
  const impure = entriesOf(folder).flatMap((name) =>
    [...packagesBehind(join(root, folder, name)).keys()]
      .filter((target) => /^(?:kafkajs|pg|typeorm|fastify|node:(?!crypto|util|buffer))/.test(target))
      .map((target) => `${name}: ${target}`),
  );
  expect(impure).toEqual([]);
});

test('the walk sees what it must not miss', () => {
  const packages = packagesBehind(join(root, 'services/registry/src/http/models.controller.ts'));
  expect(packages.has('@nestjs/common')).toBe(true);
  expect(packagesBehind(join(root, 'libs/kafka/src/index.ts')).has('kafkajs')).toBe(true);
});
