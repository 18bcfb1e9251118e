import { describe, expect, test } from '@jest/globals';
import { LocalError } from '../errors.js';
import { jsonProgress, textProgress } from './progress.js';

describe('progress', () => {
  test('as NDJSON: one object per line, the answer of a step included', async () => {
    let out = '';
    const progress = jsonProgress(
      (text) => (out += text),
      () => new Date(0),
    );
    await progress.step('postgres 18', async (note) => {
      note('migrations');
      return { detail: ':4706' };
    });
    progress.error(new LocalError('DBR-JAVA-MISSING', 'tried java'));
    progress.ready('a banner', { urls: {} });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line['kind'])).toEqual(['note', 'step', 'error', 'ready']);
    expect(lines[1]).toMatchObject({ step: 'postgres 18', detail: ':4706', at: '1970-01-01T00:00:00.000Z' });
    expect(lines[2]).toMatchObject({ code: 'DBR-JAVA-MISSING', data: { title: 'No Java was found' } });
    expect(out).not.toContain('a banner');
  });

  test('as text: a failed step is marked, and the error says what, why and fix', async () => {
    let out = '';
    const progress = textProgress((text) => (out += text), false);
    const failure = new LocalError('DBR-DB-UNHEALTHY', 'postgres ended', ['FATAL: no']);
    await progress.step('postgres 18', () => Promise.reject(failure)).catch((error: unknown) => progress.error(error));
    expect(out).toMatch(/\[--] postgres 18 .*failed/);
    expect(out).toContain('DBR-DB-UNHEALTHY  Postgres did not start\n  what  postgres ended\n  why   ');
    expect(out).toContain('  | FATAL: no');
  });
});
