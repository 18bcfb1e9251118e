import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { portOffsets } from '@drawbridge/contracts';
import { Ajv } from 'ajv';
import { parse, parseDocument } from 'yaml';
import { serverProperties } from '../src/kafka/server-properties.js';
import { repositoryRoot } from '../src/package-root.js';
import { allServices, databaseServices } from '../src/supervisor/layout.js';

interface Service {
  image?: string;
  build?: { context: string; target: string; args?: { SERVICE?: string } };
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  healthcheck?: { test: string[] };
  depends_on?: string[] | Record<string, { condition: string }>;
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean }>;
}

interface InitScript {
  readonly secrets: () => { variables: Record<string, string>; keys: { keyId: string; sha256: string }[] };
}

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const text = read('docker-compose.yml');
const compose = parseDocument(text, { merge: true }).toJS() as Compose;
const { secrets } = (await import(join(repositoryRoot, 'infra', 'compose', 'init.mjs'))) as InitScript;
const { variables, keys } = secrets();

/** A value as Compose would hand it to the container. */
const substituted = (value: string): string =>
  value.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_match, name: string) => variables[name] ?? `<${name}>`);

function environmentOf(name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [key, substituted(String(value))]),
  );
}

/** Names of the variables that the code below a folder mentions. */
function mentioned(folder: string): Set<string> {
  const names = new Set<string>();
  for (const entry of readdirSync(join(repositoryRoot, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
    for (const [name] of readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\b(?:DRAWBRIDGE|OTEL)_[A-Z0-9_]+\b/g))
      names.add(name);
  }
  return names;
}

/** Names of the metrics that the code below a folder registers when it runs in the service. */
function metricsIn(folder: string, service: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .flatMap((entry) => [
      ...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\.(?:counter|gauge|histogram)\(\s*['`]([^'`]+)['`]/g),
    ])
    .map(([, name = '']) => name.replace('${prefix}', `drawbridge_${service}`).replace('${service}', service));
}

const shared = new Set([
  ...mentioned('libs/service/src'),
  ...mentioned('libs/telemetry/src'),
  ...allServices.map((name) => `DRAWBRIDGE_${name.toUpperCase()}_URL`),
]);

describe('docker-compose.yml', () => {
  test('fits the schema of the Compose specification', () => {
    const schema = JSON.parse(
      readFileSync(join(repositoryRoot, 'node_modules', 'dclint', 'schemas', 'compose.schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
    const validate = ajv.compile({ ...schema, $schema: undefined });
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('every variable it asks for is written by infra/compose/init.mjs, and the other way round', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name).filter((name) => name !== 'process'));
    expect(asked).toEqual(new Set(Object.keys(variables).filter((name) => name !== 'DRAWBRIDGE_API_KEY')));
  });

  test('every file and folder it mounts is there, every volume and network is declared', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        const there = source.startsWith('.') ? existsSync(join(repositoryRoot, source)) : source in compose.volumes;
        expect([name, source, there]).toEqual([name, source, true]);
      }
      for (const network of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(network);
    }
  });

  test('ports are published on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ports.length).toBeGreaterThan(0);
  });

  test('whatever others wait for has a health check, and everybody waits in the order of the supervisor', () => {
    const row = (service: string): number => (allServices as readonly string[]).indexOf(service);
    for (const [name, service] of Object.entries(compose.services)) {
      const waits = Array.isArray(service.depends_on) ? {} : (service.depends_on ?? {});
      for (const [other, { condition }] of Object.entries(waits)) {
        expect(Object.keys(compose.services)).toContain(other);
        if (condition === 'service_healthy') expect([other, compose.services[other]?.healthcheck !== undefined]).toEqual([other, true]);
        if (row(name) >= 0 && row(other) >= 0) expect(row(other)).toBeLessThan(row(name));
      }
      if (row(name) >= 0) expect(waits).toMatchObject({ setup: { condition: 'service_completed_successfully' } });
    }
  });
});

describe.each(allServices)('%s in Compose', (name) => {
  const service = compose.services[name];
  const env = environmentOf(name);

  test('is built from the one Dockerfile and may write nowhere but its volume', () => {
    expect(service?.build).toEqual({ context: '.', target: 'service', args: { SERVICE: name } });
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('every variable is one that its code reads', () => {
    const known = new Set([...shared, ...mentioned(`services/${name}/src`), 'KAFKAJS_NO_PARTITIONER_WARNING']);
    expect(Object.keys(env).filter((variable) => !known.has(variable))).toEqual([]);
  });

  test('its configuration accepts the environment', async () => {
    const file = join(repositoryRoot, 'services', name, 'dist', 'src', 'config.js');
    const path = existsSync(file) ? file : join(repositoryRoot, 'libs', 'service', 'dist', 'src', 'config.js');
    const module = (await import(path)) as Record<string, unknown>;
    const own = Object.entries(module).find(([key]) => key.endsWith('Config') && key !== 'serviceConfig')?.[1] as
      | ((env: object) => unknown)
      | undefined;
    const fallback = module['serviceConfig'] as ((service: string, env: object) => unknown) | undefined;
    const config = own === undefined ? fallback?.(name, env) : own(env);
    // Some services keep what all have in common in a part of its own.
    const common = (config as { service?: unknown }).service;
    expect(typeof common === 'object' ? common : config).toMatchObject({
      port: 4700 + portOffsets[name],
      host: '0.0.0.0',
      kafka: { brokers: ['kafka:9092'], username: name },
    });
  });

  test('its port is the one of the contract, and what is published is that port', () => {
    expect(env['DRAWBRIDGE_PORT']).toBe(String(4700 + portOffsets[name]));
    for (const port of service?.ports ?? []) expect(port).toBe(`127.0.0.1:${env['DRAWBRIDGE_PORT']}:${env['DRAWBRIDGE_PORT']}`);
    for (const other of allServices) {
      expect(environmentOf(other)[`DRAWBRIDGE_${name.toUpperCase()}_URL`]).toBe(`http://${name}:${env['DRAWBRIDGE_PORT']}`);
    }
  });

  test('its health check asks the route that the service answers', () => {
    const check = service?.healthcheck?.test.join(' ') ?? '';
    const [route = ''] = /\/health\/\w+/.exec(check) ?? [];
    expect(read('libs/service/src/health/health.controller.ts')).toContain(`@Get('${route.slice(1)}')`);
    expect(read('Dockerfile')).toContain(route);
  });

  test('its role, its broker user and its key are its own', () => {
    const upper = name.toUpperCase();
    expect(env['DRAWBRIDGE_KAFKA_PASSWORD']).toBe(variables[`DRAWBRIDGE_${upper}_KAFKA_PASSWORD`]);
    expect(env['DRAWBRIDGE_SERVICE_KEY']).toBe(variables[`DRAWBRIDGE_${upper}_SERVICE_KEY`]);
    expect(compose.services['kafka']?.environment?.[`KAFKA_${upper}_PASSWORD`]).toContain(`DRAWBRIDGE_${upper}_KAFKA_PASSWORD`);
    expect(read('infra/compose/kafka/start.sh')).toContain(`scram ${name} "$KAFKA_${upper}_PASSWORD"`);
    const database = databaseServices.includes(name as (typeof databaseServices)[number])
      ? `postgres://${name}:${variables[`DRAWBRIDGE_${upper}_DB_PASSWORD`]}@postgres:5432/drawbridge`
      : undefined;
    expect(env['DRAWBRIDGE_DB_URL']).toBe(database);
    expect(keys.map((key) => key.keyId)).toContain(name);
  });
});

describe('configuration beside Compose', () => {
  test('setup gets all it needs, and nothing it does not know', () => {
    const known = mentioned('infra/local/src');
    for (const service of databaseServices) known.add(`DRAWBRIDGE_${service.toUpperCase()}_DB_PASSWORD`);
    expect(Object.keys(environmentOf('setup')).filter((name) => !known.has(name))).toEqual([]);
    for (const service of databaseServices) {
      expect(environmentOf('setup')[`DRAWBRIDGE_${service.toUpperCase()}_DB_PASSWORD`]).toBe(
        variables[`DRAWBRIDGE_${service.toUpperCase()}_DB_PASSWORD`],
      );
    }
  });

  test('the broker differs from the embedded one in addresses, paths and the source of its password only', () => {
    const settings = (lines: string): Record<string, string> =>
      Object.fromEntries(
        lines
          .split('\n')
          .filter((line) => /^[a-z]/.test(line))
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
    const embedded = settings(
      serverProperties({
        ports: { sasl: 9092, open: 4708, controller: 9093 },
        dataDir: '/d',
        admin: { username: 'admin', password: '${env:KAFKA_ADMIN_PASSWORD}' },
      }),
    );
    const compared = settings(read('infra/compose/kafka/server.properties'));
    const differing = Object.keys({ ...embedded, ...compared }).filter((name) => embedded[name] !== compared[name]);
    expect(differing.toSorted()).toEqual([
      'advertised.listeners',
      'config.providers',
      'config.providers.env.class',
      'listeners',
      'log.dirs',
    ]);
  });

  test('Prometheus scrapes every service at its port', () => {
    const { scrape_configs: jobs } = parse(read('infra/compose/prometheus/prometheus.yml')) as {
      scrape_configs: { metrics_path: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    expect(targets.toSorted()).toEqual(allServices.map((name) => `${name}:${4700 + portOffsets[name]}`).toSorted());
    expect(read('libs/service/src/health/health.controller.ts')).toContain(`@Get('${jobs[0]?.metrics_path.slice(1)}')`);
  });

  test('every metric on the dashboard is one that the code registers', () => {
    const registered = allServices.flatMap((service) =>
      [`services/${service}/src`, 'libs/service/src', 'libs/outbox/src'].flatMap((folder) => metricsIn(folder, service)),
    );
    const dashboard = JSON.parse(read('infra/compose/grafana/dashboards/drawbridge.json')) as { panels: { targets: { expr: string }[] }[] };
    const asked = dashboard.panels.flatMap((panel) =>
      panel.targets.flatMap(({ expr }) => [...expr.matchAll(/drawbridge_[a-z_.+]+/g)].map(([name]) => name)),
    );
    expect(asked.length).toBeGreaterThan(10);
    const base = (name: string): string => name.replace(/_(bucket|count|sum)$/, '');
    const missing = asked.filter((name) => !registered.some((known) => new RegExp(`^${base(name)}$`).test(known)));
    expect(missing).toEqual([]);
  });

  test('the services send traces where the collector listens, and it hands them to Jaeger and the console', () => {
    const collector = parse(read('infra/compose/otel/collector.yaml')) as {
      receivers: { otlp: { protocols: { http: { endpoint: string } } } };
      exporters: Record<string, { endpoint: string }>;
      service: { pipelines: { traces: { receivers: string[]; processors: string[]; exporters: string[] } } };
      processors: Record<string, unknown>;
    };
    expect(environmentOf('registry')['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('http://otel-collector:4318');
    expect(collector.receivers.otlp.protocols.http.endpoint).toBe('0.0.0.0:4318');
    const { traces } = collector.service.pipelines;
    expect(Object.keys(collector.processors)).toEqual(traces.processors);
    expect(Object.keys(collector.exporters)).toEqual(traces.exporters);
    expect(collector.exporters['otlp/jaeger']?.endpoint).toBe('jaeger:4317');
    expect(collector.exporters['otlphttp/console']?.endpoint).toBe(`${environmentOf('registry')['DRAWBRIDGE_CONSOLE_URL']}/otlp`);
    expect(environmentOf('otel-collector')['DRAWBRIDGE_SERVICE_KEY']).toBe(variables['DRAWBRIDGE_CONSOLE_SERVICE_KEY']);
  });
});
