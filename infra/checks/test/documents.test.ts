import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
const skipped = new Set(['node_modules', 'dist', '.git', '.nx', '.drawbridge', 'coverage', '.venv']);

function pages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : pages(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

function manifestAt(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
}

const workspaces = ['libs', 'services', 'clients', 'infra', 'examples'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => manifestAt(join(root, group, name))),
);

/** As GitHub makes them: lower case, spaces to hyphens, punctuation gone. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
}

function brokenLinks(page: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor);
  });
}

/** Repository paths in backticks, such as `libs/contracts/src/topics.ts`; placeholders and patterns are no paths. */
function missingPaths(page: string, text: string): string[] {
  const paths = [...text.matchAll(/`((?:libs|services|clients|infra|docs|examples)\/[\w./-]*\w)`/g)].map((match) => match[1] ?? '');
  return paths.filter(
    (path) => !existsSync(join(root, path)) && !existsSync(join(dirname(page), path)) && !/(?:^|\/)dist\/|NNNN/.test(path),
  );
}

function missingScripts(page: string, text: string): string[] {
  const own = manifestAt(dirname(page))?.scripts ?? {};
  const everywhere = manifestAt(root)?.scripts ?? {};
  return [...text.matchAll(/npm run ([a-z][\w:-]*)([^`\n]*)/g)].flatMap(([whole, name = '', rest = '']) => {
    const workspace = /--workspace[= ](\S+)|-w (\S+)/.exec(rest);
    const target = workspace?.[1] ?? workspace?.[2] ?? '';
    const named = workspaces.find((each) => each?.name === target) ?? manifestAt(join(root, target));
    const scripts = workspace === null ? { ...own, ...everywhere } : (named?.scripts ?? {});
    return Object.hasOwn(scripts, name) ? [] : [whole.trim()];
  });
}

describe.each(pages(root).map((page) => [relative(root, page), page]))('%s', (_name, page) => {
  const text = readFileSync(page, 'utf8');

  test('has no broken link', () => {
    expect(brokenLinks(page, text)).toEqual([]);
  });

  test('names files that exist', () => {
    expect(missingPaths(page, text)).toEqual([]);
  });

  test('names commands that exist', () => {
    expect(missingScripts(page, text)).toEqual([]);
  });
});

test('decision records are numbered once each', () => {
  const numbers = readdirSync(join(root, 'docs/decisions')).map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1] ?? name);
  expect(numbers).toEqual([...new Set(numbers)]);
  expect(numbers.filter((number) => !/^\d{4}$/.test(number))).toEqual([]);
});
