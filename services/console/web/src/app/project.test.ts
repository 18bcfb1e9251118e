import { expect, test } from '@jest/globals';
import { projectParam } from './project.js';

test.each([
  ['flights-1', { project: 'flights-1' }],
  ['default', { project: 'default' }],
  ['Not a name', {}],
  ['', {}],
  [undefined, {}],
])('%s in the address', (project, kept) => {
  expect(projectParam({ project })).toEqual(kept);
});
