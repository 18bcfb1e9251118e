import { describe, expect, test } from '@jest/globals';
import { pathOf } from './path-of.js';

describe('where a thing is shown', () => {
  test.each([
    ['model', 'id', 'a b', '/models/a%20b'],
    ['approval', 'id', 'churn@4', '/models/churn/versions/4'],
    ['monitor', 'm-1', 'churn@4', '/models/churn/monitoring?monitor=m-1'],
    ['endpoint', 'id', 'shop', '/deployments?endpoint=shop'],
    ['deployment', 'd-1', 'shop', '/deployments/d-1'],
    ['incident', 'i-1', 'x', '/incidents/i-1'],
    ['event', 'e-1', 'x', '/events/e-1'],
    ['trace', 'f0', 'x', '/traces/f0'],
    ['page', '/audit', 'Audit', '/audit'],
    ['something new', 'x', 'x', '/events?text=x'],
  ])('%s', (kind, id, name, path) => {
    expect(pathOf({ kind, id, name })).toBe(path);
  });

  test.each([
    ['model', 'm-1', 'churn', '/models/churn?project=team-a'],
    ['monitor', 'm-1', 'churn@4', '/models/churn/monitoring?monitor=m-1&project=team-a'],
  ])('%s of another project', (kind, id, name, path) => {
    expect(pathOf({ kind, id, name, project: 'team-a' })).toBe(path);
  });
});
