import { describe, expect, test } from '@jest/globals';
import { consoleConfig } from './config.js';

const env = {
  DRAWBRIDGE_PORT: '4700',
  DRAWBRIDGE_DB_URL: 'postgres://console@127.0.0.1/drawbridge',
  DRAWBRIDGE_KAFKA_BROKERS: '127.0.0.1:9092',
};

describe('settings of the console', () => {
  test('have defaults', () => {
    expect(consoleConfig(env)).toMatchObject({ service: 'console', maxSpans: 60_000, eventsDays: 90, tracesUrl: undefined });
  });

  test('name where traces are shown elsewhere', () => {
    const url = 'http://127.0.0.1:16686/trace/{traceId}';
    expect(consoleConfig({ ...env, DRAWBRIDGE_CONSOLE_TRACES_URL: url }).tracesUrl).toBe(url);
  });

  test.each([
    ['DRAWBRIDGE_CONSOLE_TRACES_URL', 'http://127.0.0.1:16686/'],
    ['DRAWBRIDGE_CONSOLE_TRACES_URL', 'javascript:alert({traceId})'],
    ['DRAWBRIDGE_CONSOLE_MAX_SPANS', 'many'],
    ['DRAWBRIDGE_CONSOLE_EVENTS_DAYS', '0'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => consoleConfig({ ...env, [name]: value })).toThrow(name);
  });
});
