import { describe, expect, test } from '@jest/globals';
import type { Span } from '../api/console-views.js';
import { isDatabase, spanRows, withoutDatabase } from './span-tree.js';

const span = (spanId: string, startMs: number, parentId?: string, name = 'work'): Span => ({
  traceId: 't',
  spanId,
  service: 's',
  name,
  kind: 'internal',
  startMs,
  durationMs: 1,
  failed: false,
  attributes: {},
  links: [],
  ...(parentId === undefined ? {} : { parentId }),
});

describe('rows of a waterfall', () => {
  test('children follow their parent in the order of their start, deeper by one', () => {
    const rows = spanRows([
      span('late', 9, 'root'),
      span('root', 0),
      span('early', 1, 'root'),
      span('below', 2, 'early'),
      span('orphan', 3, 'gone'),
    ]);
    expect(rows.map(({ span: { spanId }, depth }) => `${spanId} ${String(depth)}`)).toEqual([
      'root 0',
      'early 1',
      'below 2',
      'late 1',
      'orphan 0',
    ]);
  });

  test('a chain of ten thousand spans is no problem', () => {
    const spans = Array.from({ length: 10_000 }, (_, index) => span(String(index), index, index === 0 ? undefined : String(index - 1)));
    expect(spanRows(spans).at(-1)?.depth).toBe(9999);
  });

  test('statements of the database can be left out, but never everything', () => {
    const statement = span('q', 1, 'root', 'pg.query:SELECT');
    expect(isDatabase(statement)).toBe(true);
    expect(withoutDatabase([span('root', 0), statement]).map(({ spanId }) => spanId)).toEqual(['root']);
    expect(withoutDatabase([statement])).toHaveLength(1);
  });
});
