import { expect, test } from '@jest/globals';
import { withTable } from './with-table.js';

test('a table replaces what stood between the marks, and only that', () => {
  const page = 'before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n';
  const once = withTable(page, ['new']);
  expect(once).toBe('before\n<!-- measured -->\n\nnew\n\n<!-- /measured -->\nafter\n');
  expect(withTable(once, ['new'])).toBe(once);
  expect(() => withTable('no marks', ['new'])).toThrow('the page lacks');
});
