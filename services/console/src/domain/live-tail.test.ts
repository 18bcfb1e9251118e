import { describe, expect, test } from '@jest/globals';
import { LiveTail, type TailSink, wanted } from './live-tail.js';
import type { StoredEvent } from './stored-event.js';

const event = (position: number, topic = 'window.closed', data: unknown = {}): StoredEvent => ({
  position,
  topic,
  partition: 0,
  offset: '0',
  key: null,
  project: 'default',
  data,
});

function reader(): TailSink & { frames: string[]; slow: boolean } {
  const frames: string[] = [];
  return {
    frames,
    slow: false,
    write: (frame) => void frames.push(frame),
    full() {
      return this.slow;
    },
  };
}

const positions = (frames: readonly string[]): string[] =>
  frames.map((frame) => /^id: (\d+)/.exec(frame)?.[1] ?? frame.split('\n')[1] ?? '');

describe('a live tail', () => {
  test('what comes while the past is read is sent after it, and once', () => {
    const tail = new LiveTail(() => true);
    const sink = reader();
    tail.announce(event(3));
    tail.announce(event(4));
    tail.open(sink, [event(1), event(2), event(3)], 0);
    tail.announce(event(5));
    expect(positions(sink.frames)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a slow reader misses the middle and is told how many', () => {
    const tail = new LiveTail(() => true);
    const sink = reader();
    tail.open(sink, [], 0);
    tail.announce(event(1));
    sink.slow = true;
    tail.announce(event(2));
    tail.announce(event(3));
    sink.slow = false;
    tail.announce(event(4));
    expect(sink.frames[1]).toBe('event: skipped\ndata: 2\n\n');
    expect(positions(sink.frames)).toEqual(['1', 'data: 2', '4']);
  });

  test('one that was away too long is told what it missed', () => {
    const tail = new LiveTail(() => true);
    const sink = reader();
    tail.open(sink, [event(10)], 7);
    expect(positions(sink.frames)).toEqual(['data: 7', '10']);
  });

  test('topics and text choose', () => {
    const matches = wanted({ topic: 'drift.detected,window.closed', text: 'FLIGHTS', project: 'default' });
    expect(matches(event(1, 'window.closed', { model: 'flights' }))).toBe(true);
    expect(matches(event(1, 'window.closed', { model: 'churn' }))).toBe(false);
    expect(matches(event(1, 'model.registered', { model: 'flights' }))).toBe(false);
    expect(wanted({})(event(1))).toBe(true);
    expect(wanted({ project: 'other' })(event(1))).toBe(false);
  });
});
