import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loggedCodes, serviceCodes } from '@drawbridge/contracts';
import { codeDisagreements, codesIn, codesOf } from '../src/codes/scan.js';

describe('codes', () => {
  test('are found where they stand, and where the kind of a thing makes them', () => {
    const text = `conflict('DBR-KEY-REVOKED', detail); notFound('dead letter', id); peer(\`DBR-HTTP-\${status}\`)`;
    expect(codesIn(text)).toEqual(['DBR-KEY-REVOKED', 'DBR-DEAD-LETTER-NOT-FOUND', 'DBR-HTTP-<status>']);
  });

  test('that nobody explains are named, and those that nobody answers with any more', () => {
    const known = { 'DBR-OLD': { means: '', fix: '' }, 'DBR-KNOWN': { means: '', fix: '' } };
    expect(
      codeDisagreements(
        new Map([
          ['DBR-NEW', 1],
          ['DBR-KNOWN', 1],
        ]),
        known,
      ),
    ).toEqual([expect.stringContaining('DBR-NEW is answered'), expect.stringContaining('DBR-OLD is in the catalogue')]);
  });

  test('of the services all have words, each a sentence', () => {
    const all = { ...serviceCodes, ...loggedCodes };
    expect(codeDisagreements(codesOf(join(import.meta.dirname, '../../..')), all)).toEqual([]);
    for (const { means } of Object.values(all)) expect(means).toMatch(/^[A-Z].*\.$/);
  });
});
