import { allServices, type Home, type Ports, type ServiceProcess } from './layout.js';

/** What every process of a stack has in common. */
export interface StackFacts {
  readonly home: Home;
  readonly ports: Ports;
  readonly kafka: {
    readonly brokers: string;
    /** By service; absent where the broker asks for none. */
    readonly credentials: Readonly<Record<string, { username: string; password: string }>>;
    readonly tls: boolean;
    /** The address for clients without credentials; only the embedded broker has one. */
    readonly openBrokers?: string;
  };
  readonly databaseUrls: Readonly<Record<string, string>>;
  readonly serviceKeys: Readonly<Record<string, string>>;
  readonly topicPrefix: string;
}

/** Settings that reach the supervisor only: a service must not see an administrator's credentials. */
const supervisorOnly = new Set([
  'DRAWBRIDGE_DATABASE_URL',
  'DRAWBRIDGE_KAFKA_BROKERS',
  'DRAWBRIDGE_KAFKA_USERNAME',
  'DRAWBRIDGE_KAFKA_PASSWORD',
  'DRAWBRIDGE_KAFKA_TLS',
  'DRAWBRIDGE_API_KEY',
  'DRAWBRIDGE_HOME',
  'DRAWBRIDGE_CACHE_DIR',
]);

const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'];

/** The settings a service inherits from the shell: a few of the system's, OpenTelemetry's, and Drawbridge's own. */
export function inheritedEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => inherited.includes(name) || name.startsWith('OTEL_') || (name.startsWith('DRAWBRIDGE_') && !supervisorOnly.has(name)),
    ),
  );
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** Base URL of each service. */
export function serviceUrls(ports: Ports): Record<ServiceProcess, string> {
  return Object.fromEntries(allServices.map((name) => [name, local(ports[name])])) as Record<ServiceProcess, string>;
}

/** The environment of one service. What the shell says wins over our defaults, never over ports and credentials. */
export function serviceEnv(name: ServiceProcess, facts: StackFacts, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { kafka, ports, home } = facts;
  const credential = kafka.credentials[name];
  const peers = Object.entries(serviceUrls(ports)).map(([peer, url]) => [`DRAWBRIDGE_${peer.toUpperCase()}_URL`, url]);
  return {
    NODE_ENV: 'production',
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    DRAWBRIDGE_LOG_LEVEL: 'info',
    DRAWBRIDGE_INSTALLATION: 'main',
    // Without a collector of the user's own, the console takes the traces and shows them.
    OTEL_EXPORTER_OTLP_ENDPOINT: `${local(ports.console)}/otlp`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${facts.serviceKeys[name] ?? ''}`,
    ...inheritedEnv(env),
    ...(env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '' }),
    ...Object.fromEntries(peers),
    OTEL_SERVICE_NAME: name,
    DRAWBRIDGE_HOST: '127.0.0.1',
    DRAWBRIDGE_PORT: String(ports[name]),
    DRAWBRIDGE_KAFKA_BROKERS: kafka.brokers,
    DRAWBRIDGE_KAFKA_TLS: String(kafka.tls),
    ...(credential === undefined ? {} : { DRAWBRIDGE_KAFKA_USERNAME: credential.username, DRAWBRIDGE_KAFKA_PASSWORD: credential.password }),
    DRAWBRIDGE_TOPIC_PREFIX: facts.topicPrefix,
    DRAWBRIDGE_SERVICE_KEY: facts.serviceKeys[name],
    DRAWBRIDGE_DATA_DIR: home.artifacts,
    ...(facts.databaseUrls[name] === undefined ? {} : { DRAWBRIDGE_DB_URL: facts.databaseUrls[name] }),
    // The console would wait for itself when it stops.
    ...(name === 'console' && env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined ? { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' } : {}),
    ...(name === 'governance' ? { DRAWBRIDGE_BOOTSTRAP_KEYS_FILE: home.bootstrapKeys } : {}),
  };
}
