import { describe, expect, test } from '@jest/globals';
import { pieces } from './producer.js';

const message = (bytes: number) => ({ topic: 't', key: 'k', value: 'x'.repeat(bytes) });

describe('pieces of a send', () => {
  test('small messages go together, in order', () => {
    const messages = [message(10), message(20), message(30)];
    expect(pieces(messages, 1000)).toEqual([messages]);
  });

  test('no piece is larger than the limit, and none is empty', () => {
    const messages = Array.from({ length: 50 }, (_, index) => message(index * 10));
    const cut = pieces(messages, 1000);
    expect(cut.flat()).toEqual(messages);
    for (const piece of cut) expect(piece.reduce((sum, { value }) => sum + value!.length + 65, 0)).toBeLessThanOrEqual(1000);
  });

  test('a message above the limit goes alone', () => {
    expect(pieces([message(10), message(5000), message(10)], 1000).map((piece) => piece.length)).toEqual([1, 1, 1]);
  });

  test('nothing to send is no piece', () => {
    expect(pieces([])).toEqual([]);
  });
});
