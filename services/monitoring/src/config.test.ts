import { expect, test } from '@jest/globals';
import { monitoringConfig } from './config.js';

const least = { DRAWBRIDGE_KAFKA_BROKERS: 'localhost:9092', DRAWBRIDGE_DB_URL: 'postgres://localhost/drawbridge' };

test('what makes counting wrong or useless on purpose is refused outside tests', () => {
  const control = { ...least, DRAWBRIDGE_MONITORING_COMMIT: 'after' };
  const split = { ...least, DRAWBRIDGE_MONITORING_OWN_GROUPS: '2' };
  expect(() => monitoringConfig(control)).toThrow('DRAWBRIDGE_MONITORING_COMMIT may be "after" in tests only');
  expect(() => monitoringConfig(split)).toThrow('DRAWBRIDGE_MONITORING_OWN_GROUPS may be set in tests only');
  expect(monitoringConfig({ ...control, ...split, NODE_ENV: 'test' }).intake).toMatchObject({
    commit: 'after',
    ownGroups: '2',
  });
  expect(monitoringConfig(least).intake).toMatchObject({ commit: 'swap', ownGroups: undefined });
});

test('a name that no group can have is refused', () => {
  const env = { ...least, DRAWBRIDGE_MONITORING_OWN_GROUPS: 'a b', NODE_ENV: 'test' };
  expect(() => monitoringConfig(env)).toThrow('DRAWBRIDGE_MONITORING_OWN_GROUPS must be small letters');
});
