import type { Static } from '@sinclair/typebox';
import { eventSchema } from '../envelope.js';
import { performanceFields } from './performance-measured.js';

export const PerformanceRevised = eventSchema(
  'performance.revised',
  'Later labels changed the measured performance of a window.',
  performanceFields,
);

/** Later labels changed the measured performance of a window. */
export type PerformanceRevised = Static<typeof PerformanceRevised>;
