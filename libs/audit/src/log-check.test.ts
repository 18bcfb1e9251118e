import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from './canonical.js';
import { leafHash } from './hash.js';
import { checkLog, type StoredEntry } from './log-check.js';
import { leavesOf, rootOf } from './tree.js';

const entries: StoredEntry[] = Array.from({ length: 9 }, (_, index) => {
  const data = canonicalJson({ index, what: 'approved' });
  return { index, data, leaf: leafHash(data) };
});
const root = rootOf(leavesOf(entries.map((e) => e.leaf)));

describe('checkLog', () => {
  test('an untouched log has the known root', () => {
    expect(checkLog(entries, { size: 9, root })).toMatchObject({ ok: true, size: 9 });
  });

  test('a log that grew still contains the checkpoint', () => {
    const older = rootOf(leavesOf(entries.map((e) => e.leaf)), 5);
    expect(checkLog(entries, { size: 5, root: older })).toMatchObject({ ok: true });
  });

  test('an altered entry is named', () => {
    const altered = entries.map((e) => (e.index === 4 ? { ...e, data: canonicalJson({ index: 4, what: 'refused' }) } : e));
    expect(checkLog(altered, { size: 9, root })).toMatchObject({ ok: false, index: 4, reason: 'altered' });
  });

  test('an entry altered together with its stored hash breaks the root', () => {
    const forged = entries.map((e) => (e.index === 4 ? { ...e, data: 'x', leaf: leafHash('x') } : e));
    expect(checkLog(forged, { size: 9, root })).toMatchObject({ ok: false, reason: 'root' });
  });

  test('a removed entry and a cut end are named', () => {
    expect(checkLog(entries.filter((e) => e.index !== 6))).toMatchObject({ ok: false, index: 6, reason: 'missing' });
    expect(checkLog(entries.slice(0, 7), { size: 9, root })).toMatchObject({ ok: false, index: 7, reason: 'missing' });
  });
});

describe('canonicalJson', () => {
  test('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é' }], a: 1e21 })).toBe('{"a":1e+21,"b":[1,{"c":"é","d":null}]}');
    expect(canonicalJson({ b: 1, a: undefined })).toBe(canonicalJson({ b: 1 }));
  });

  test('refuses what JSON cannot carry', () => {
    expect(() => canonicalJson({ a: NaN })).toThrow(TypeError);
    expect(() => canonicalJson(() => 1)).toThrow('a function has no JSON form');
  });
});
