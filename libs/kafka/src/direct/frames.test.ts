import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Frames } from './frames.js';

test('frames come out whole, however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 4, maxLength: 50 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = Buffer.concat(
          frames.map((frame) => {
            const size = Buffer.alloc(4);
            size.writeInt32BE(frame.length);
            return Buffer.concat([size, frame]);
          }),
        );
        const found: Buffer[] = [];
        const reader = new Frames((frame) => found.push(frame));
        for (let at = 0, cut = 0; at < stream.length; cut += 1) {
          const chunk = stream.subarray(at, at + cuts[cut % cuts.length]!);
          reader.take(chunk, chunk.length);
          at += chunk.length;
        }
        expect(found).toEqual(frames.map((frame) => Buffer.from(frame)));
      },
    ),
  );
});

test('a length that cannot be right is refused before memory is asked for', () => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(-1);
  expect(() => new Frames(() => undefined).take(size, 4)).toThrow('a frame of -1 bytes');
  size.writeInt32BE(2 ** 30);
  expect(() => new Frames(() => undefined).take(size, 4)).toThrow('bytes');
});
