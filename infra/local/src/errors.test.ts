import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { localErrors } from './errors.js';
import { errorPage } from './errors-page.js';
import { packageRoot, repositoryRoot } from './package-root.js';

test('docs/errors.md is the one generated from the table: run npm run docs --workspace @drawbridge/local', () => {
  expect(readFileSync(join(repositoryRoot, 'docs', 'errors.md'), 'utf8')).toBe(errorPage());
});

test('what the plain start script says of an old Node.js is what the table says', () => {
  const script = readFileSync(join(packageRoot, 'bin', 'prepare.mjs'), 'utf8');
  const entry = localErrors['DBR-NODE-VERSION'];
  for (const text of ['DBR-NODE-VERSION', entry.title, entry.why, entry.fix]) expect(script).toContain(text);
});

test('every code is provoked by a test', () => {
  const folder = join(packageRoot, 'test');
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.it.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  expect(Object.keys(localErrors).filter((code) => !texts.includes(code))).toEqual([]);
});

test.each(Object.entries(localErrors))('%s says what, why and fix in whole sentences', (code, entry) => {
  expect(code).toMatch(/^DBR-[A-Z]+(-[A-Z]+)*$/);
  expect(entry.why).toMatch(/\.$/);
  expect(entry.fix).toMatch(/\.$/);
});
