import { expect, test } from '@jest/globals';
import { envelopeFields } from '../envelope.js';
import { performanceFields, PerformanceMeasured } from './performance-measured.js';
import { PerformanceRevised } from './performance-revised.js';

test('a revised performance carries exactly the figures of a measured one', () => {
  const names = [...Object.keys(envelopeFields), ...Object.keys(performanceFields)];
  expect(Object.keys(PerformanceMeasured.properties)).toEqual(names);
  expect(Object.keys(PerformanceRevised.properties)).toEqual(names);
});
