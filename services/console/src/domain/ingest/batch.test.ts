import { describe, expect, test } from '@jest/globals';
import { Admission } from './admission.js';
import { MAX_EVENTS, readBatch } from './batch.js';
import { IngestFault } from './fault.js';

const now = new Date('2030-01-31T12:00:00.000Z');
const prediction = { predictionId: 'p-1', time: '2030-01-31T11:59:00.000Z', model: 'churn', version: '3', output: { value: 1 } };
const label = { predictionId: 'p-1', value: 1, observedAt: '2030-01-31T11:59:30.000Z' };
const logged = (change: object = {}): object => ({ topic: 'prediction.logged', data: { ...prediction, ...change } });

const labelled = (change: object): object => ({ topic: 'label.received', data: { ...label, ...change } });

function faultsOf(body: unknown): { field: string; message: string }[] {
  try {
    readBatch(body, undefined, now);
  } catch (error) {
    if (error instanceof IngestFault) return [...error.errors];
    throw error;
  }
  return [];
}

const fieldsOf = (body: unknown): string[] => faultsOf(body).map(({ field }) => field);

describe('a batch of events', () => {
  test('becomes messages keyed by the prediction', () => {
    const messages = readBatch({ events: [logged(), { topic: 'label.received', data: label }] }, undefined, now);
    expect(messages.map(({ topic, key }) => `${topic} ${key}`)).toEqual(['prediction.logged p-1', 'label.received p-1']);
    expect(messages.map(({ value }) => JSON.parse(value) as object)).toEqual([prediction, label]);
  });

  test('gets the project of the request where an event names none', () => {
    const messages = readBatch({ events: [logged(), logged({ project: 'own' })] }, 'shop', now);
    expect(messages.map(({ value }) => (JSON.parse(value) as { project: string }).project)).toEqual(['shop', 'own']);
  });

  test.each<[string, unknown, string]>([
    ['no object', [], '(body)'],
    ['another field', { events: [logged()], topic: 'x' }, 'topic'],
    ['no events', { events: [] }, 'events'],
    ['too many', { events: Array(MAX_EVENTS + 1).fill(logged()) }, 'events'],
    ['an event that is text', { events: [logged(), 'x'] }, 'events.1'],
    ['a topic that is not for producers', { events: [{ topic: 'approval.closed', data: {} }] }, 'events.0.topic'],
    ['no data', { events: [{ topic: 'label.received' }] }, 'events.0.data'],
    ['an unknown field beside data', { events: [{ ...logged(), key: 'x' }] }, 'events.0.key'],
    ['no output', { events: [logged(), logged({ output: undefined })] }, 'events.1.data.output'],
    ['neither version nor deployment', { events: [logged({ version: undefined })] }, 'events.0.data.version'],
    ['a time ahead of the clock', { events: [logged({ time: '2030-01-31T12:05:01.000Z' })] }, 'events.0.data.time'],
    ['a day that is none', { events: [logged({ time: '2029-02-30T12:00:00.000Z' })] }, 'events.0.data.time'],
    ['a label ahead of the clock', { events: [labelled({ observedAt: '2031-01-31T12:00:00Z' })] }, 'events.0.data.observedAt'],
    ['a label with too high a revision', { events: [labelled({ revision: 2 ** 31 })] }, 'events.0.data.revision'],
    ['a label with an empty text', { events: [labelled({ value: '' })] }, 'events.0.data.value'],
    ['no time', { events: [logged({ time: 'yesterday' })] }, 'events.0.data.time'],
    ['half a character', { events: [logged({ model: 'a\ud800' })] }, 'events.0.data.model'],
    ['a zero byte', { events: [logged({ predictionId: 'a\u0000' })] }, 'events.0.data.predictionId'],
    ['a feature that is a list', { events: [logged({ features: { x: [1] } })] }, 'events.0.data.features.x'],
    ['infinity', { events: [logged({ features: { x: Infinity } })] }, 'events.0.data.features.x'],
    [
      'too many features',
      { events: [logged({ features: Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`f${i}`, i])) })] },
      'events.0.data.features',
    ],
    ['too many bytes', { events: [logged({ features: { x: 'x'.repeat(256 * 1024) } })] }, 'events.0.data'],
    ['a label without a value', { events: [{ topic: 'label.received', data: { ...label, value: undefined } }] }, 'events.0.data.value'],
  ])('with %s is refused, and the place is named', (_, body, field) => {
    expect(fieldsOf(body)).toContain(field);
  });

  test('names every bad event, up to twenty', () => {
    expect(fieldsOf({ events: [logged({ time: 1 }), logged(), logged({ output: 1 })] })).toEqual([
      'events.0.data.time',
      'events.2.data.output',
    ]);
    expect(fieldsOf({ events: Array(100).fill(logged({ time: 1 })) })).toHaveLength(20);
  });
});

describe('admission', () => {
  test('refuses what does not fit beside the rest, and gives room back once', () => {
    const admission = new Admission(100);
    const first = admission.enter(60);
    expect(admission.enter(41)).toBeUndefined();
    const second = admission.enter(40);
    first?.();
    first?.();
    expect(admission.inFlightBytes).toBe(40);
    second?.();
    expect(admission.inFlightBytes).toBe(0);
  });

  test('lets in alone what is larger than everything', () => {
    const admission = new Admission(100);
    expect(admission.enter(1000)).toBeDefined();
    expect(admission.enter(1)).toBeUndefined();
  });
});
