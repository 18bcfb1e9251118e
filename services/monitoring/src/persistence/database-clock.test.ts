import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from './database.js';
import { DatabaseClock } from './database-clock.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 23, 12);

describe('the time that all processes share', () => {
  let truth: number;
  let wall: number;
  let elapsed: number;
  let answerMs: number;
  let clock: DatabaseClock;

  const pass = (ms: number): void => {
    truth += ms;
    wall += ms;
    elapsed += ms;
  };

  beforeEach(async () => {
    truth = NOON;
    wall = NOON - 300;
    elapsed = 7000;
    answerMs = 4;
    const query = (): Promise<unknown[]> => {
      pass(answerMs / 2);
      const ms = truth;
      pass(answerMs / 2);
      return Promise.resolve([{ ms }]);
    };
    clock = new DatabaseClock({ query } as unknown as Pick<Database, 'query'>, { wall: () => wall, elapsed: () => elapsed });
    await clock.ask();
  });

  test('it is that of the database, not that of the process, and goes on between two answers', () => {
    pass(900);
    expect(clock.now()).toBe(truth);
  });

  test('a clock that was set back changes nothing, before the next answer and after it', async () => {
    wall -= HOUR;
    expect(clock.now()).toBe(truth);
    await clock.ask();
    pass(50);
    expect(clock.now()).toBe(truth);
  });

  test('one that was set forward is believed until the next answer', async () => {
    wall += HOUR;
    expect(clock.now()).toBe(truth + HOUR);
    await clock.ask();
    expect(clock.now()).toBe(truth);
  });

  test('a machine that slept does not refuse the rows of its awakening', () => {
    truth += HOUR;
    wall += HOUR;
    expect(clock.now()).toBe(truth);
  });

  test('an answer that took long does not count', async () => {
    const ahead = clock.now() - wall;
    answerMs = 1500;
    truth += 60_000;
    await clock.ask();
    expect(clock.now() - wall).toBe(ahead);
  });

  test('nobody is told a time before the first answer', () => {
    const query = (): Promise<never[]> => Promise.resolve([]);
    expect(() => new DatabaseClock({ query }, { wall: () => wall, elapsed: () => elapsed }).now()).toThrow('not asked for yet');
  });
});
