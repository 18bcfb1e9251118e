import { expect, test } from '@jest/globals';
import { type EvidenceLine, tableOf, verdictOf } from './evidence.js';
import { clock } from './experiments/clock.js';

const line: EvidenceLine = {
  experiment: 'kills',
  about: 'one of three is killed',
  verdict: 'held',
  seed: 7,
  commit: 'abc1234',
  at: '2026-11-23T10:00:00.000Z',
  seconds: 240,
  figures: { records: 1_020_000, faults: 40, faultsThatCounted: 38, windowError: 0, driftAnnounced: 250, driftExpected: 250 },
  failures: [],
  machine: { cpu: 'A CPU', cores: 2, memoryGiB: 8, system: 'linux 6', node: 'v20.20.2', loadBefore: 0.25 },
};

test('the table has a row per experiment, and says where, when and with which seed it was taken', () => {
  const text = tableOf([line, { ...line, experiment: 'naive', verdict: 'wrong, as it must be', figures: { windowError: 12_345 } }]).join(
    '\n',
  );
  expect(text).toContain('| **kills**: one of three is killed | 1 020 000 | 40, 38 |  | 0 | 250 / 250 | 240 | held |');
  expect(text).toContain('| **naive**: one of three is killed |  |  |  | 12 345 |  | 240 | wrong, as it must be |');
  expect(text).toContain('Taken 2026-11-23 at commit abc1234 on A CPU, 2 cores, 8 GiB, Node v20.20.2; seed 7.');
});

test('what a machine cannot try has neither held nor failed', () => {
  expect(verdictOf(clock, { failures: [], notRun: 'there is no libfaketime' })).toBe('not run');
  expect(verdictOf(clock, { failures: [] })).toBe('held');
  expect(verdictOf(clock, { failures: ['a row was lost'] })).toBe('failed');
});
