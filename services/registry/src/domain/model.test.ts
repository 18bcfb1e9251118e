import { expect, test } from '@jest/globals';
import { versionOfAlias } from './model.js';

test('an alias nobody set points nowhere, whatever every object inherits by that name', () => {
  const aliases: Record<string, string> = { champion: '3' };
  expect(['champion', 'challenger', 'constructor', 'toString'].map((alias) => versionOfAlias({ aliases }, alias))).toEqual([
    '3',
    undefined,
    undefined,
    undefined,
  ]);
});
