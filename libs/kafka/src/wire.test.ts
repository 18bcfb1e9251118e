import { describe, expect, test } from '@jest/globals';
import { compactText, int16, int32, Reader, text, unsignedVarint } from './wire.js';

describe('wire', () => {
  test.each([0, 1, 127, 128, 300, 16_384, 2_097_152])('a varint of %i reads back', (value) => {
    expect(new Reader(unsignedVarint(value)).varint()).toBe(value);
  });

  test('texts and numbers read back', () => {
    const reader = new Reader(Buffer.concat([int16(-7), int32(70_000), text('ä'), compactText('topic'), unsignedVarint(0)]));
    expect([reader.int16(), reader.int32(), reader.nullableText(), reader.compactText(), reader.compactText()]).toEqual([
      -7,
      70_000,
      'ä',
      'topic',
      null,
    ]);
  });

  test('tags of a later version are skipped', () => {
    const tags = Buffer.concat([unsignedVarint(1), unsignedVarint(9), unsignedVarint(3), Buffer.from('abc'), int16(5)]);
    const reader = new Reader(tags);
    reader.skipTags();
    expect(reader.int16()).toBe(5);
  });

  test('an answer shorter than it says is an error, not garbage', () => {
    expect(() => new Reader(Buffer.concat([unsignedVarint(100), Buffer.from('ab')])).compactText()).toThrow();
    expect(() => new Reader(Buffer.alloc(1)).int32()).toThrow();
    expect(() => new Reader(Buffer.alloc(9, 0xff)).varint()).toThrow();
  });
});
