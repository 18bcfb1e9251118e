import { expect, test } from '@jest/globals';
import { clusterId } from './start-kafka.js';

test('a cluster id never looks like an option of the command line', () => {
  expect(clusterId(Buffer.alloc(16, 0xfb))).toMatch(/^A[\w-]{21}$/);
  expect(clusterId(Buffer.alloc(16, 1))).toBe('AQEBAQEBAQEBAQEBAQEBAQ');
});
