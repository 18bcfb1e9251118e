import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Codes } from '@drawbridge/contracts';

/** Where a code stands: a service, or `every service` for the libraries that all are built on. */
export type Place = string;

export const EVERYWHERE: Place = 'every service';

const CODE = /'(DBR-[A-Z0-9]+(?:-[A-Z0-9]+)*)'/g;
const NOT_FOUND = /\bnotFound\(\s*'([^']+)'/g;
/** The HTTP layer makes a code of each status. */
const OF_STATUS = /`DBR-HTTP-\$\{/;
const OF_STATUS_NAME = 'DBR-HTTP-<status>';

/** Codes in a source text: those that stand there, and those that `notFound` makes of a kind of thing. */
export function codesIn(text: string): string[] {
  const written = [...text.matchAll(CODE)].map((match) => match[1] ?? '');
  const made = [...text.matchAll(NOT_FOUND)].map(
    (match) => `DBR-${(match[1] ?? '').toUpperCase().replaceAll(/[^A-Z0-9]+/g, '-')}-NOT-FOUND`,
  );
  return [...new Set([...written, ...made, ...(OF_STATUS.test(text) ? [OF_STATUS_NAME] : [])])];
}

/** Every code in the sources of services and libraries, with the places it comes from. */
export function codesOf(root: string): Map<string, Set<Place>> {
  const found = new Map<string, Set<Place>>();
  for (const group of ['services', 'libs']) {
    for (const name of readdirSync(join(root, group))) {
      // The catalogue itself and what only tests use answer nobody.
      if (group === 'libs' && (name === 'contracts' || name === 'testing')) continue;
      const place = group === 'services' ? name : EVERYWHERE;
      for (const text of sourcesOf(join(root, group, name, 'src'))) {
        for (const code of codesIn(text)) found.set(code, (found.get(code) ?? new Set<Place>()).add(place));
      }
    }
  }
  return found;
}

function sourcesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Where the catalogue and the sources say different things. */
export function codeDisagreements(found: ReadonlyMap<string, unknown>, known: Codes): string[] {
  return [
    ...[...found.keys()]
      .filter((code) => !Object.hasOwn(known, code))
      .map((code) => `${code} is answered, but libs/contracts/src/http/codes-*.ts does not say what it means`),
    ...Object.keys(known)
      .filter((code) => !found.has(code))
      .map((code) => `${code} is in the catalogue of codes, but nothing answers with it`),
  ].sort();
}
