import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Failpoints } from './failpoints.js';

let kill: jest.SpiedFunction<typeof process.kill>;
beforeEach(() => {
  kill = jest.spyOn(process, 'kill').mockReturnValue(true);
});
afterEach(() => kill.mockRestore());

test('without a setting nothing happens', () => {
  const failpoints = new Failpoints('');
  failpoints.hit('relay.before-send');
  failpoints.hit('relay.after-send');
  expect(kill).not.toHaveBeenCalled();
});

test('a named place kills at once, a counted one at its turn', () => {
  const failpoints = new Failpoints('relay.before-send, relay.after-send:3');
  failpoints.hit('relay.after-send');
  failpoints.hit('relay.after-send');
  expect(kill).not.toHaveBeenCalled();
  failpoints.hit('relay.after-send');
  failpoints.hit('relay.before-send');
  expect(kill.mock.calls).toEqual([
    [process.pid, 'SIGKILL'],
    [process.pid, 'SIGKILL'],
  ]);
});
