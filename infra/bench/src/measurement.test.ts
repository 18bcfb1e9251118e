import { describe, expect, test } from '@jest/globals';
import { type Measurement, tableOf } from './measurement.js';

const measurement: Measurement = {
  what: 'w',
  command: 'c',
  at: '2026-11-23T10:00:00.000Z',
  commit: 'abc1234',
  machine: { cpu: 'A CPU', cores: 2, memoryGiB: 8, system: 'linux 6', node: 'v20.20.2', loadBefore: 0.25 },
  seconds: { firstStart: 20, secondStart: 12.3, stop: 2, story: 150, toRollback: 55, demoToRollback: 75 },
  peakPss: { totalMiB: 1900, partsMiB: { serving: 120, kafka: 700 } },
  story: { steps: 17, exitCode: 0 },
  intake: { predictions: 200_000, counted: 200_000, predictionsPerSecond: 21_000, eventsPerSecondTogether: 30_000 },
};

describe('the table of performance', () => {
  test('states every figure with the machine it was measured on', () => {
    const text = tableOf(measurement).join('\n');
    expect(text).toContain('| from `npm run demo` to the automatic rollback | 75.0 s |');
    expect(text).toContain('| sent, and counted | 200 000, 200 000 |');
    expect(text).toContain('at commit abc1234 on A CPU, 2 cores, 8 GiB, Node v20.20.2; load before the run 0.3');
    expect(text).toContain('kafka 700 MiB, serving 120 MiB');
  });
});
