import { expect, test } from '@jest/globals';
import { baselineBytes, baselineFrom } from './baseline-input.js';

const sample = {
  features: [
    { name: 'distance', kind: 'numeric' },
    { name: 'origin', kind: 'categorical' },
    { name: 'hour', kind: 'calendar', calendar: 'hour' },
  ],
  columns: { distance: [100, 200, 300, null], origin: ['A', 'B', 'A', 'A'], hour: [1, 7, 13, 23] },
  timestamps: ['2001-01-01T00:00:00Z', '2001-01-01T12:00:00Z', '2001-01-02T00:00:00Z', '2001-01-02T12:00:00Z'],
  prediction: { spec: { name: 'score', kind: 'numeric' }, values: [0.1, 0.2, 0.3, 0.4] },
};

function documentOf(body: unknown): Record<string, unknown> {
  const result = baselineFrom(body);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return JSON.parse(baselineBytes(result.document).toString('utf8')) as Record<string, unknown>;
}

test('a sample becomes a document that is accepted again as a profile, byte for byte', () => {
  const document = documentOf(sample);
  expect(document['rows']).toBe(4);
  expect(document['periods']).toHaveLength(2);
  expect(documentOf(document)).toEqual(document);
});

function fieldsOf(body: unknown): string[] {
  const result = baselineFrom(body);
  return result.ok ? [] : result.problems.map((problem) => problem.field);
}

test.each([
  ['no object', [1], ['(body)']],
  ['another format', { format: 'x' }, ['format']],
  ['no features', { columns: {} }, ['features']],
  ['a feature without kind', { ...sample, features: [{ name: 'distance' }] }, ['features.0.kind']],
  ['a calendar without cycle', { ...sample, features: [{ name: 'hour', kind: 'calendar' }] }, ['features.0.calendar']],
  ['a column of objects', { ...sample, columns: { ...sample.columns, distance: [{}] } }, ['columns.distance']],
  ['a bad time', { ...sample, timestamps: ['yesterday'] }, ['timestamps.0']],
  ['a missing column', { ...sample, columns: { distance: [1] } }, ['(body)']],
  ['columns of unequal length', { ...sample, columns: { ...sample.columns, origin: ['A'] } }, ['(body)']],
])('%s is refused', (_, body, fields) => {
  expect(fieldsOf(body)).toEqual(fields);
});

test('a profile whose counts do not fit is refused by feature', () => {
  const document = documentOf(sample) as { features: { counts: number[] }[] };
  const shorter = structuredClone(document);
  shorter.features[1]!.counts.pop();
  expect(fieldsOf(shorter)).toContain('features.1.counts');
  const wrongSum = structuredClone(document);
  wrongSum.features[0]!.counts[0]! += 1;
  expect(fieldsOf(wrongSum)).toEqual(['features.0.counts']);
});

test('a profile whose bins do not ascend is refused', () => {
  const document = documentOf(sample) as { features: { edges: number[] }[] };
  document.features[0]!.edges = [3, 2, 1];
  expect(fieldsOf(document)).toContain('features.0.edges');
});
