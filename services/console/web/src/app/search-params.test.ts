import { describe, expect, test } from '@jest/globals';
import { parseSearch, stringifySearch, textParams } from './search-params.js';

describe('the address', () => {
  test('what is typed stays text: 1 is not a number and true is not a truth', () => {
    expect(parseSearch('?version=1&name=true&filter=a%3D%271%27')).toEqual({ version: '1', name: 'true', filter: "a='1'" });
  });

  test('absent and empty values leave it', () => {
    expect(stringifySearch({ a: 'x y', b: undefined, c: '', d: { e: 1 } })).toBe('?a=x+y');
    expect(stringifySearch({})).toBe('');
  });

  test('only known parameters that are text are kept', () => {
    expect(textParams('a', 'b')({ a: 'x', b: 3, c: 'y' })).toEqual({ a: 'x' });
  });
});
