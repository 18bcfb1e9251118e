import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { codesPage, ownCodes } from './codes.js';

/** Codes of services that the CLI knows by name. */
const theirs = ['DBR-DEPLOYMENT-GATE', 'DBR-POLICY-INVALID', 'DBR-VERSION-NOT-FOUND'];

test('every code that the CLI gives is in the table, and no other', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && file !== 'codes.ts',
  );
  const found = files.flatMap((file) =>
    [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/'(DBR-[A-Z-]+)'/g)].map((match) => match[1] ?? ''),
  );
  expect([...new Set(found)].filter((code) => !theirs.includes(code)).toSorted()).toEqual(Object.keys(ownCodes));
});

test('CODES.md is the table', () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'CODES.md'), 'utf8')).toBe(codesPage());
});
