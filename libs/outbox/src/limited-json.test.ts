import { describe, expect, test } from '@jest/globals';
import { shapeProblem } from './limited-json.js';

describe('the shape of a JSON text', () => {
  test.each([
    ['an object', '{"a":[1,2,{"b":null}]}', undefined],
    ['brackets in a text', `{"a":"${'['.repeat(200)}"}`, undefined],
    ['an escaped quote before brackets', `{"a":"\\"${'{'.repeat(200)}"}`, undefined],
    ['siblings', `[${'[],'.repeat(500)}[]]`, undefined],
    ['64 levels', `${'['.repeat(64)}${']'.repeat(64)}`, undefined],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, 'JSON nested deeper than 64'],
    ['unfinished nesting', '['.repeat(100_000), 'JSON nested deeper than 64'],
    ['a flood of members', `[${'1,'.repeat(60_000)}1]`, 'JSON with more than 50000 members'],
  ])('%s', (_, text, problem) => {
    expect(shapeProblem(Buffer.from(text))).toBe(problem);
  });
});
