import { describe, expect, test } from '@jest/globals';
import { createLogger } from './log.js';

function capture(): { lines: Record<string, unknown>[]; log: ReturnType<typeof createLogger> } {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: createLogger('registry', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }) };
}

describe('logger', () => {
  test('one JSON line with level, time, service, message and fields', () => {
    const { lines, log } = capture();
    log.child({ group: 'g' }).info('model registered', { model: 'risk' });
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        service: 'registry',
        group: 'g',
        model: 'risk',
        message: 'model registered',
      },
    ]);
  });

  test('debug is silent by default', () => {
    const { lines, log } = capture();
    log.debug('noise');
    expect(lines).toEqual([]);
  });

  test('an error keeps its type, message, code and cause', () => {
    const { lines, log } = capture();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.error('failed', { error: new TypeError('outer', { cause }) });
    expect(lines[0]?.['error']).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
  });

  test.each([
    ['a field', { password: 'hunter2secret' }],
    ['a nested field', { config: { kafka: { password: 'hunter2secret' } } }],
    ['a header', { headers: { authorization: 'hunter2secret' } }],
    ['a URL in a field', { url: 'postgres://u:hunter2secret@h/d' }],
    ['an error', { error: new Error('cannot reach postgres://u:hunter2secret@h/d') }],
    ['an API key', { detail: 'db_admin_hunter2secret' }],
  ])('a secret in %s does not reach the line', (_, fields) => {
    let text = '';
    createLogger('registry', { write: (line) => (text += line) }).info('look', fields);
    expect(text).not.toContain('hunter2secret');
    expect(text).toContain('[redacted]');
  });
});
