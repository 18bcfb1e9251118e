import { describe, expect, test } from '@jest/globals';
import { homeFolder, portsFrom } from './layout.js';
import { serviceEnv, type StackFacts } from './service-env.js';

const facts: StackFacts = {
  home: homeFolder({ DRAWBRIDGE_HOME: '/srv/drawbridge' }),
  ports: portsFrom(5700),
  kafka: { brokers: '127.0.0.1:5707', tls: false, credentials: { registry: { username: 'registry', password: 'r' } } },
  databaseUrls: { registry: 'postgres://registry:x@127.0.0.1:5706/drawbridge' },
  serviceKeys: { registry: 'db_registry_k', serving: 'db_serving_k' },
  topicPrefix: '',
};

describe('environment of a service', () => {
  test('its own role, its own broker user, its port and its peers', () => {
    expect(serviceEnv('registry', facts, { PATH: '/bin' })).toMatchObject({
      PATH: '/bin',
      DRAWBRIDGE_PORT: '5701',
      DRAWBRIDGE_DB_URL: 'postgres://registry:x@127.0.0.1:5706/drawbridge',
      DRAWBRIDGE_KAFKA_USERNAME: 'registry',
      DRAWBRIDGE_SERVICE_KEY: 'db_registry_k',
      DRAWBRIDGE_GOVERNANCE_URL: 'http://127.0.0.1:5704',
      OTEL_SERVICE_NAME: 'registry',
    });
  });

  test('a service without a schema gets no database, and only governance the bootstrap keys', () => {
    const serving = serviceEnv('serving', facts, {});
    expect(serving).not.toHaveProperty('DRAWBRIDGE_DB_URL');
    expect(serving).not.toHaveProperty('DRAWBRIDGE_KAFKA_USERNAME');
    expect(serving).not.toHaveProperty('DRAWBRIDGE_BOOTSTRAP_KEYS_FILE');
    expect(serviceEnv('governance', facts, {}).DRAWBRIDGE_BOOTSTRAP_KEYS_FILE).toBe('/srv/drawbridge/bootstrap-keys.json');
  });

  test('administrator credentials of the shell stay with the supervisor', () => {
    const env = serviceEnv('registry', facts, {
      DRAWBRIDGE_DATABASE_URL: 'postgres://root:secret@db/postgres',
      DRAWBRIDGE_KAFKA_PASSWORD: 'secret',
      DRAWBRIDGE_API_KEY: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    expect(JSON.stringify(env)).not.toContain('secret');
  });

  test('settings of the shell reach the service', () => {
    const env = serviceEnv('registry', facts, { DRAWBRIDGE_MONITORING_WINDOW_SECONDS: '60', DRAWBRIDGE_LOG_LEVEL: 'debug' });
    expect(env).toMatchObject({ DRAWBRIDGE_MONITORING_WINDOW_SECONDS: '60', DRAWBRIDGE_LOG_LEVEL: 'debug' });
  });

  test('traces go to the console unless the shell names a collector, which then gets no key of ours', () => {
    expect(serviceEnv('registry', facts, {})).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:5700/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20db_registry_k',
    });
    const own = serviceEnv('registry', facts, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' });
    expect(own.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://jaeger:4318');
    expect(own.OTEL_EXPORTER_OTLP_HEADERS).toBe('');
  });
});
