import { describe, expect, test } from '@jest/globals';
import { topicNames } from '@drawbridge/contracts';
import { checkRetention } from './retention-rule.js';

const dayMs = 86_400_000;

describe('the retention rule', () => {
  test('holds for every topic of the contract, in both profiles', () => {
    expect(() => checkRetention(topicNames)).not.toThrow();
    expect(() => checkRetention(topicNames, { profile: 'standard' })).not.toThrow();
  });

  test.each([
    ['longer than the inbox', 101 * dayMs, 'topic model.created keeps messages 2424 h, the inbox remembers them 2400 h only'],
    ['for ever', -1, 'unlimited'],
    ['shorter than the retries', dayMs, 'sent again for up to 24 h'],
  ])('refuses a topic that keeps messages %s', (_, retention, words) => {
    expect(() => checkRetention(['model.created'], { actual: new Map([['model.created', retention]]) })).toThrow(words);
  });

  test('data and state topics have rules of their own', () => {
    const actual = new Map([
      ['prediction.logged', -1],
      ['model.state', -1],
    ]);
    expect(() => checkRetention(['prediction.logged', 'model.state'], { actual })).not.toThrow();
  });
});
