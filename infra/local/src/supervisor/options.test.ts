import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

describe('options', () => {
  test('nothing said', () => {
    expect(parseOptions([])).toEqual({ json: false, once: false, yes: false, help: false, skipCheck: false, rest: [] });
  });

  test('everything said', () => {
    expect(parseOptions(['--port-base', '5700', '--json', '--once', '-y', '--skip-check', 'storm'])).toEqual({
      portBase: 5700,
      json: true,
      once: true,
      yes: true,
      help: false,
      skipCheck: true,
      rest: ['storm'],
    });
  });

  test.each([['--port-base', 'x'], ['--port-base', '80'], ['--port-base', '65530'], ['--unknown'], ['--port-base']])(
    'refused: %s %s',
    (...argv) => {
      expect(() => parseOptions(argv)).toThrow(/^DBR-USAGE/);
    },
  );
});
