import { describe, expect, test } from '@jest/globals';
import { binaryArray } from './binary-array.js';

/** Dimensions, nulls, type, length and first index, then each value with its length before it. */
function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeInt32BE(value, 4 * i));
  return bytes;
}

describe('an array in the form the server sends and takes', () => {
  test('holds bytes as they are', () => {
    const found = binaryArray('bytea', [Buffer.from([0, 255]), null, new Uint8Array([7])]);
    expect(found).toEqual(Buffer.concat([words(1, 1, 17, 3, 1, 2), Buffer.from([0, 255]), words(-1, 1), Buffer.from([7])]));
  });

  test('counts text in bytes, not in letters', () => {
    const found = binaryArray('text', ['größer', '']);
    expect(found).toEqual(Buffer.concat([words(1, 0, 25, 2, 1, 8), Buffer.from('größer'), words(0)]));
  });

  test('says the version of a JSON document before it', () => {
    const found = binaryArray('jsonb', ['{"a":"\\""}']);
    expect(found).toEqual(Buffer.concat([words(1, 0, 3802, 1, 1, 11), Buffer.from([1]), Buffer.from('{"a":"\\""}')]));
  });

  test('may be empty', () => {
    expect(binaryArray('bytea', [])).toEqual(words(1, 0, 17, 0, 1));
  });
});
