import { expect, test } from '@jest/globals';
import { InferenceQueue, QueueFull } from './inference-queue.js';

test('work runs one after the other, in order', async () => {
  const queue = new InferenceQueue(10);
  const seen: string[] = [];
  const job = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([queue.run(job('a')), queue.run(job('b'))])).toEqual(['a', 'b']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a failure does not stop the next', async () => {
  const queue = new InferenceQueue(10);
  const failed = queue.run(() => Promise.reject(new Error('no')));
  const next = queue.run(async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
  expect(queue.length).toBe(0);
});

test('a full queue refuses at once and takes again when there is room', async () => {
  const queue = new InferenceQueue(2);
  let finish: () => void = () => undefined;
  const first = queue.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const second = queue.run(async () => undefined);
  await expect(queue.run(async () => undefined)).rejects.toThrow(QueueFull);
  await Promise.resolve();
  finish();
  await Promise.all([first, second]);
  expect(await queue.run(async () => 'again')).toBe('again');
});
