import { describe, expect, test } from '@jest/globals';
import { ConfigError, envDuration, serviceConfig } from './config.js';

const good = {
  DRAWBRIDGE_DB_URL: 'postgres://registry:secret@127.0.0.1:5432/drawbridge',
  DRAWBRIDGE_KAFKA_BROKERS: '127.0.0.1:9092, [::1]:9093',
};

describe('the configuration of a service', () => {
  test('has defaults for all but the database and Kafka', () => {
    const config = serviceConfig('registry', good);
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4701, installation: 'main', logLevel: 'info' });
    expect(config.kafka).toMatchObject({ brokers: ['127.0.0.1:9092', '[::1]:9093'], clientId: 'registry', tls: false, topicPrefix: '' });
    expect(config.peers.governance).toBe('http://127.0.0.1:4704');
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('serving needs no database', () => {
    expect(serviceConfig('serving', { DRAWBRIDGE_KAFKA_BROKERS: 'kafka:9092' }).databaseUrl).toBeUndefined();
  });

  test.each([
    ['DRAWBRIDGE_DB_URL', undefined],
    ['DRAWBRIDGE_DB_URL', 'mysql://x'],
    ['DRAWBRIDGE_DB_URL', 'postgres://user:p4ssw0rd@'],
    ['DRAWBRIDGE_KAFKA_BROKERS', undefined],
    ['DRAWBRIDGE_KAFKA_BROKERS', 'localhost'],
    ['DRAWBRIDGE_KAFKA_TLS', 'yes'],
    ['DRAWBRIDGE_KAFKA_SESSION_TIMEOUT_MS', '10'],
    ['DRAWBRIDGE_KAFKA_BATCH_READER', 'fast'],
    ['DRAWBRIDGE_PORT', '70000'],
    ['DRAWBRIDGE_PORT', 'http'],
    ['DRAWBRIDGE_TOPIC_PREFIX', 'a b'],
    ['DRAWBRIDGE_INSTALLATION', 'two words'],
    ['DRAWBRIDGE_LOG_LEVEL', 'loud'],
    ['DRAWBRIDGE_GOVERNANCE_URL', 'governance:4704'],
    ['DRAWBRIDGE_RATE_LIMIT_PER_SECOND', '-1'],
  ])('refuses %s = %s and names it', (variable, value) => {
    const attempt = (): unknown => serviceConfig('registry', { ...good, [variable]: value });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(variable);
    expect(attempt).not.toThrow(/p4ssw0rd/);
  });

  test('a user name without a password is refused', () => {
    expect(() => serviceConfig('registry', { ...good, DRAWBRIDGE_KAFKA_USERNAME: 'registry' })).toThrow('DRAWBRIDGE_KAFKA_PASSWORD');
  });

  test.each([
    ['250ms', 250],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
  ])('reads %s as %i ms', (text, expected) => {
    expect(envDuration({ WAIT: text }, 'WAIT')).toBe(expected);
  });

  test.each(['5', 'soon', '-1s', ''])('refuses the duration "%s"', (text) => {
    expect(() => envDuration({ WAIT: text }, 'WAIT')).toThrow('WAIT');
  });
});
