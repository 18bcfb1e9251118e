import { expect, test } from '@jest/globals';
import { identityOf, parameterOf } from './identity.js';

const now = new Date('2026-11-23T12:00:00Z');
const newId = (): string => 'stamped';
const withParameters = (parameters: unknown) => ({ parameters });

test('without a word of the caller the server stamps', () => {
  expect(identityOf({}, true, now, newId)).toEqual({ identity: { predictionId: 'stamped', time: now } });
  expect(identityOf(undefined, false, now, newId)).toEqual({ identity: { predictionId: 'stamped', time: now } });
});

test('a caller who may backdate gives id and time', () => {
  const body = withParameters({ prediction_id: 'p-1', event_time: '2026-03-05T14:00:00-05:00' });
  expect(identityOf(body, true, now, newId)).toEqual({ identity: { predictionId: 'p-1', time: new Date('2026-03-05T19:00:00Z') } });
});

test.each([
  ['parameters.prediction_id', { prediction_id: 'p-1' }],
  ['parameters.event_time', { event_time: '2026-03-05T14:00:00Z' }],
])('others are refused %s', (field, parameters) => {
  const { identity, refusal } = identityOf(withParameters(parameters), false, now, newId);
  expect([refusal!.status, refusal!.errors[0]!.field]).toEqual([403, field]);
  expect(identity).toEqual({ predictionId: 'stamped', time: now });
});

test.each([
  ['parameters.prediction_id', { prediction_id: '' }],
  ['parameters.prediction_id', { prediction_id: 7 }],
  ['parameters.prediction_id', { prediction_id: 'a b' }],
  ['parameters.prediction_id', { prediction_id: 'x'.repeat(181) }],
  ['parameters.event_time', { event_time: 'yesterday' }],
  ['parameters.event_time', { event_time: 1_700_000_000 }],
  ['parameters.event_time', { event_time: '2026-11-23T12:06:00Z' }],
])('%s of %j is refused', (field, parameters) => {
  const { refusal } = identityOf(withParameters(parameters), true, now, newId);
  expect([refusal!.status, refusal!.errors[0]!.field]).toEqual([400, field]);
});

test('a clock that runs a little fast is borne', () => {
  expect(identityOf(withParameters({ event_time: '2026-11-23T12:04:00Z' }), true, now, newId).refusal).toBeUndefined();
});

test('the endpoint may be named in the parameters', () => {
  expect(parameterOf(withParameters({ endpoint: 'trial' }), 'endpoint')).toBe('trial');
  expect(parameterOf(withParameters([]), 'endpoint')).toBeUndefined();
});
