import { expect, test } from '@jest/globals';
import { labelMessage } from '../domain/label-message.js';
import { decodeLabel } from './label.codec.js';

test.each([
  { value: 1 },
  { value: 0.25 },
  { value: true },
  { value: false },
  { value: 'late' },
  { value: '1' },
  { value: '1.50' },
  { value: 'true' },
  { value: '' + Number.MAX_VALUE },
  { value: 1, weight: 0.5, source: 'clerk', revision: 7, retracted: true, project: 'other' },
])('a label is written as a message that reads as the same label: %j', (part) => {
  const sent = Buffer.from(JSON.stringify({ predictionId: 'p-1', observedAt: '2026-01-05T00:00:00.123Z', ...part }));
  const label = decodeLabel(sent, Infinity);
  if ('code' in label) throw new Error(label.message);
  expect(decodeLabel(Buffer.from(labelMessage(label)), Infinity)).toEqual(label);
});
