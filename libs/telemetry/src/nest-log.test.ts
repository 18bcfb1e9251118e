import { expect, test } from '@jest/globals';
import { createLogger } from './log.js';
import { nestLogger } from './nest-log.js';

test('Nest’s lines become ours: chatter is debug, errors keep context and stack', () => {
  const lines: Record<string, unknown>[] = [];
  const nest = nestLogger(createLogger('registry', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }));
  nest.log('Nest application started', 'NestApplication');
  nest.error('boom', 'Error: boom\n    at x', 'ExceptionsHandler');
  nest.warn(new Error('careful'), 'Router');
  expect(lines).toMatchObject([
    { level: 'error', message: 'boom', context: 'ExceptionsHandler', stack: 'Error: boom\n    at x' },
    { level: 'warn', message: 'careful', context: 'Router', error: { message: 'careful' } },
  ]);
});
