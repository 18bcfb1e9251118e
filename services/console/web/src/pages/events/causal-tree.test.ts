import { describe, expect, test } from '@jest/globals';
import type { StoredEvent } from '../../api/console-views.js';
import { type CausalNode, causalTree, delayWords, folded } from './causal-tree.js';

let position = 0;

const event = (id: string, causeId?: string, topic = 'window.closed'): StoredEvent => {
  position += 1;
  return {
    id,
    topic,
    position,
    partition: 0,
    offset: '0',
    key: null,
    project: 'default',
    data: {},
    ...(causeId === undefined ? {} : { causeId }),
  };
};

const shape = (nodes: readonly CausalNode[]): unknown[] =>
  nodes.map(({ event: { id }, children }) => (children.length === 0 ? id : [id, ...shape(children)]));

describe('the causal tree', () => {
  test('consequences hang below their cause; an event whose cause is not here is a root', () => {
    expect(shape(causalTree([event('a'), event('b', 'a'), event('c', 'b'), event('d', 'a'), event('x', 'gone')]))).toEqual([
      ['a', ['b', 'c'], 'd'],
      'x',
    ]);
  });

  test('an event that names itself is a root and ends the walk', () => {
    expect(shape(causalTree([event('a', 'a')]))).toEqual(['a']);
  });

  test('three of a kind in a row that caused nothing are folded, unless one of them is looked at', () => {
    const nodes = causalTree([event('a'), event('b'), event('c'), event('d', undefined, 'drift.detected'), event('e')]);
    const ids = (here: string): unknown => folded(nodes, here).map((run) => run.map((node) => node.event.id).join(''));
    expect(ids('none')).toEqual(['abc', 'd', 'e']);
    expect(ids('b')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test.each([
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.250Z', '+250 ms'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:12.340Z', '+12.3 s'],
    [undefined, '2026-01-01T00:00:12.340Z', ''],
  ])('from %s to %s is %s', (from, to, words) => {
    expect(delayWords(from, to)).toBe(words);
  });
});
