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
    expect(consoleConfig(env)).toMatchObject({ ingestInFlightBytes: 67_108_864, payloadHorizonMs: 3_600_000, payloadsWaiting: 200_000 });
  });

  test('the public address is a host and an origin of its own, beside the others', () => {
    const settings = { DRAWBRIDGE_CONSOLE_PUBLIC_URL: 'https://Bridge.example.com/', DRAWBRIDGE_ALLOWED_ORIGINS: 'https://ops.example' };
    expect(consoleConfig({ ...env, ...settings })).toMatchObject({
      publicUrl: 'https://bridge.example.com',
      allowedHosts: ['bridge.example.com'],
      allowedOrigins: ['https://ops.example', 'https://bridge.example.com'],
    });
    expect(consoleConfig({ ...env, DRAWBRIDGE_CONSOLE_PUBLIC_URL: 'http://[fd00::1]:8080' }).allowedHosts).toEqual(['fd00::1']);
    expect(consoleConfig(env)).toMatchObject({ publicUrl: undefined, allowedHosts: [], allowedOrigins: [] });
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
    ['DRAWBRIDGE_CONSOLE_PUBLIC_URL', 'bridge.example.com'],
    ['DRAWBRIDGE_CONSOLE_PUBLIC_URL', 'ftp://bridge.example.com'],
    ['DRAWBRIDGE_CONSOLE_PUBLIC_URL', 'https://bridge.example.com/console'],
    ['DRAWBRIDGE_CONSOLE_PUBLIC_URL', 'https://bridge.example.com/?a=b'],
    ['DRAWBRIDGE_CONSOLE_PUBLIC_URL', 'https://ada:secret@bridge.example.com'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => consoleConfig({ ...env, [name]: value })).toThrow(name);
  });
});
