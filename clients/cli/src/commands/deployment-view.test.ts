import { describe, expect, test } from '@jest/globals';
import { whyText } from './deployment-view.js';

describe('why a deployment is as it is', () => {
  test('reasons that the status names already are not repeated', () => {
    expect(whyText({ statusReason: 'metrics: none; baseline: none', reasons: ['metrics: none', 'baseline: none'] })).toBe(
      'metrics: none; baseline: none',
    );
  });

  test('a reason of its own is added', () => {
    expect(whyText({ statusReason: 'waits', reasons: ['metrics: none'] })).toBe('waits; metrics: none');
    expect(whyText({ reasons: [] })).toBe('');
  });
});
