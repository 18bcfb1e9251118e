import { describe, expect, test } from '@jest/globals';
import type { Fields, Logger } from '@drawbridge/telemetry';
import kafkajs from 'kafkajs';
import { logCreator } from './client.js';

const { logLevel } = kafkajs;

function recorder(): { lines: string[]; fields: (Fields | undefined)[]; log: Logger } {
  const lines: string[] = [];
  const fields: (Fields | undefined)[] = [];
  const at = (level: string) => (message: string, more?: Fields) => {
    lines.push(`${level} ${message}`);
    fields.push(more);
  };
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
  return { lines, fields, log };
}

const entry = (level: number, message: string, more: object = {}) => ({
  namespace: 'Connection',
  level,
  label: 'x',
  log: { timestamp: 't', logger: 'kafkajs', message, ...more },
});

describe('what kafkajs says', () => {
  test('its errors are warnings, its warnings are for debugging, without stacks', () => {
    const { lines, fields, log } = recorder();
    const say = logCreator(log)();
    say(entry(logLevel.ERROR, 'Connection error: ECONNREFUSED', { broker: 'b:1', stack: 'Error\n at x' }));
    say(entry(logLevel.WARN, 'The group is rebalancing, re-joining'));
    expect(lines).toEqual([
      'warn kafka client: Connection error: ECONNREFUSED',
      'debug kafka client: The group is rebalancing, re-joining',
    ]);
    expect(fields[0]).toEqual({ component: 'Connection', broker: 'b:1' });
  });

  test('the same is not said again and again', () => {
    const { lines, log } = recorder();
    const say = logCreator(log)();
    for (let index = 0; index < 50; index += 1) say(entry(logLevel.ERROR, 'Connection error: ECONNREFUSED'));
    say(entry(logLevel.ERROR, 'another'));
    expect(lines).toHaveLength(2);
  });
});
