import { describe, expect, test } from '@jest/globals';
import { bounded } from './bounded.js';

describe('bounded work', () => {
  test('settles as the work does', async () => {
    await expect(bounded(Promise.resolve(7), 1000, 'answer')).resolves.toBe(7);
    await expect(bounded(Promise.reject(new Error('refused')), 1000, 'answer')).rejects.toThrow('refused');
  });

  test('is over after its time, and says what did not happen', async () => {
    await expect(bounded(new Promise<never>(() => undefined), 10, 'answer')).rejects.toThrow('kafka did not answer within 10 ms');
  });

  test("what fails after its time is nobody's error", async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    await expect(bounded(work, 5, 'answer')).rejects.toThrow('within 5 ms');
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
