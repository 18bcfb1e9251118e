import { expect, test } from '@jest/globals';
import { wordQuery } from './words.js';

test.each([
  ['flights', "'flights':*"],
  ['credit-risk@2', "'credit' & 'risk' & '2':*"],
  [' hour moved ', "'hour' & 'moved':*"],
  ['0190a000-0000-7000', "'0190a000' & '0000' & '7000':*"],
  ["it's \\ a:* | !b & <->", "'it' & 's' & 'a' & 'b':*"],
  ['Zürich', "'Zürich':*"],
  ['x'.repeat(100), `'${'x'.repeat(60)}':*`],
])('"%s" asks for all its words, the last one as a beginning', (text, query) => {
  expect(wordQuery(text)).toBe(query);
});

test.each(['', ' ', '%', '"{}"', '\\'])('"%s" holds no word', (text) => expect(wordQuery(text)).toBeUndefined());
