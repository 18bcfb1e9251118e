import { expect, test } from '@jest/globals';
import { workIn } from './process-log.js';

const line = (msg: string, part: object): string => JSON.stringify({ level: 'debug', msg, ...part });
const read = (partition: number, next: number): string => line('records read', { partition, next: String(next) });

test('what a process read counts until it gave it up', () => {
  const lines = [
    line('partition aligned', { partition: 0, position: '0' }),
    read(0, 500),
    read(1, 300),
    read(0, 900),
    line('unflushed records', { partition: 1, records: 300, why: 'discarded, partition lost' }),
  ];
  expect([...workIn(lines).read]).toEqual([[0, 900]]);
});

test('refused and failed flushes are told apart, and give up what was read', () => {
  const lines = [
    read(0, 500),
    line('unflushed records', { partition: 0, records: 500, why: 'discarded, another process moved the position' }),
    read(1, 200),
    line('a flush failed, its records are read again', { partition: 1, records: 200 }),
  ];
  expect(workIn(lines)).toEqual({ read: new Map(), refused: 1, failed: 1 });
});

test('the half line of a killed process is nothing', () => {
  expect([...workIn([read(0, 500), read(0, 900).slice(0, -8)]).read]).toEqual([[0, 500]]);
});
