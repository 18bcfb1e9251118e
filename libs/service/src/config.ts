import { resolve } from 'node:path';
import type { ServiceName } from '@drawbridge/contracts';
import type { KafkaSettings } from '@drawbridge/kafka';

export type Env = Readonly<Record<string, string | undefined>>;

/** A setting that cannot be used. The process refuses to start and says which variable to change. */
export class ConfigError extends Error {
  readonly code = 'DBR-CONFIG';

  constructor(
    readonly variable: string,
    problem: string,
  ) {
    super(`${variable} ${problem}`);
    this.name = 'ConfigError';
  }
}

/** The text of a variable; an empty one counts as absent. Without a default an absent one is refused. */
export function envText(env: Env, name: string, fallback?: string): string {
  const value = env[name]?.trim();
  if (value !== undefined && value !== '') return value;
  if (fallback === undefined) throw new ConfigError(name, 'is not set');
  return fallback;
}

/** A whole number within bounds. */
export function envInt(env: Env, name: string, fallback?: number, bounds: { min?: number; max?: number } = {}): number {
  const text = envText(env, name, fallback === undefined ? undefined : String(fallback));
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new ConfigError(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/** `true` or `false`. */
export function envFlag(env: Env, name: string, fallback: boolean): boolean {
  const text = envText(env, name, String(fallback));
  if (text !== 'true' && text !== 'false') throw new ConfigError(name, `must be true or false, not "${text}"`);
  return text === 'true';
}

/** An address; the value is never repeated in the error, since it may hold a password. */
export function envUrl(env: Env, name: string, fallback?: string, protocols: readonly string[] = ['http:', 'https:']): string {
  const text = envText(env, name, fallback);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    throw new ConfigError(name, `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
  }
  return text.replace(/\/+$/, '');
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `250ms`, `30s`, `5m`, `24h` or `90d`, in milliseconds. */
export function envDuration(env: Env, name: string, fallback?: string): number {
  const text = envText(env, name, fallback);
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = unitMs[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new ConfigError(name, `must be a duration such as 250ms, 30s, 5m, 24h or 90d, not "${text}"`);
  }
  return Number(match[1]) * unit;
}

export interface ServiceConfig {
  readonly service: ServiceName;
  readonly installation: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly databaseUrl?: string;
  readonly kafka: KafkaSettings;
  readonly serviceKey?: string;
  readonly dataDir: string;
  /** Where the other services answer. */
  readonly peers: Readonly<Record<ServiceName, string>>;
  readonly logLevel: string;
  /** Names by which this service may be called, beside loopback, its own host and its own name. */
  readonly allowedHosts: readonly string[];
  /** Sites whose pages may send writes, beside the service's own. */
  readonly allowedOrigins: readonly string[];
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  readonly bodyLimitBytes: number;
}

const peerPorts: Readonly<Record<ServiceName, number>> = {
  console: 4700,
  registry: 4701,
  deployment: 4702,
  monitoring: 4703,
  governance: 4704,
  serving: 4705,
};

const withoutDatabase: readonly ServiceName[] = ['serving'];
const logLevels = ['debug', 'info', 'warn', 'error', 'silent'];

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function brokers(env: Env): string[] {
  const name = 'DRAWBRIDGE_KAFKA_BROKERS';
  const found = list(envText(env, name));
  const bad = found.find((broker) => !/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/.test(broker));
  if (found.length === 0 || bad !== undefined) {
    throw new ConfigError(name, `must be host:port, several separated by commas, not "${bad ?? ''}"`);
  }
  return found;
}

function kafkaSettings(service: ServiceName, env: Env): KafkaSettings {
  const username = envText(env, 'DRAWBRIDGE_KAFKA_USERNAME', '');
  const password = envText(env, 'DRAWBRIDGE_KAFKA_PASSWORD', '');
  if (username !== '' && password === '') throw new ConfigError('DRAWBRIDGE_KAFKA_PASSWORD', 'is not set, but a user name is');
  const topicPrefix = envText(env, 'DRAWBRIDGE_TOPIC_PREFIX', '');
  if (!/^[A-Za-z0-9._-]{0,80}$/.test(topicPrefix)) {
    throw new ConfigError('DRAWBRIDGE_TOPIC_PREFIX', 'may hold letters, digits, dot, underscore and hyphen only');
  }
  return {
    brokers: brokers(env),
    clientId: service,
    ...(username === '' ? {} : { username, password }),
    tls: envFlag(env, 'DRAWBRIDGE_KAFKA_TLS', false),
    topicPrefix,
    sessionTimeoutMs: envInt(env, 'DRAWBRIDGE_KAFKA_SESSION_TIMEOUT_MS', 6000, { min: 500, max: 300_000 }),
    batchReader: batchReader(env),
  };
}

/** Stock kafkajs is there to fall back to; it reads the same records for several times the work. */
function batchReader(env: Env): 'direct' | 'kafkajs' {
  const name = 'DRAWBRIDGE_KAFKA_BATCH_READER';
  const given = envText(env, name, 'direct');
  if (given !== 'direct' && given !== 'kafkajs') throw new ConfigError(name, `must be direct or kafkajs, not "${given}"`);
  return given;
}

/** Reads what every service needs from the environment. Refuses a bad value with the variable's name. */
export function serviceConfig(service: ServiceName, env: Env = process.env): ServiceConfig {
  const logLevel = envText(env, 'DRAWBRIDGE_LOG_LEVEL', 'info');
  if (!logLevels.includes(logLevel)) throw new ConfigError('DRAWBRIDGE_LOG_LEVEL', `must be one of ${logLevels.join(', ')}`);
  const installation = envText(env, 'DRAWBRIDGE_INSTALLATION', 'main');
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(installation)) {
    throw new ConfigError('DRAWBRIDGE_INSTALLATION', 'may hold letters, digits, dot, underscore and hyphen only');
  }
  const peers = Object.fromEntries(
    Object.entries(peerPorts).map(([peer, port]) => [
      peer,
      envUrl(env, `DRAWBRIDGE_${peer.toUpperCase()}_URL`, `http://127.0.0.1:${port}`),
    ]),
  ) as Record<ServiceName, string>;
  const serviceKey = envText(env, 'DRAWBRIDGE_SERVICE_KEY', '');
  const perSecond = envInt(env, 'DRAWBRIDGE_RATE_LIMIT_PER_SECOND', 5000, { max: 1_000_000 });
  return Object.freeze({
    service,
    installation,
    host: envText(env, 'DRAWBRIDGE_HOST', '127.0.0.1'),
    port: envInt(env, 'DRAWBRIDGE_PORT', peerPorts[service], { max: 65_535 }),
    ...(withoutDatabase.includes(service)
      ? {}
      : { databaseUrl: envUrl(env, 'DRAWBRIDGE_DB_URL', undefined, ['postgres:', 'postgresql:']) }),
    kafka: kafkaSettings(service, env),
    ...(serviceKey === '' ? {} : { serviceKey }),
    dataDir: resolve(envText(env, 'DRAWBRIDGE_DATA_DIR', '.drawbridge/data')),
    peers,
    logLevel,
    allowedHosts: list(envText(env, 'DRAWBRIDGE_ALLOWED_HOSTS', '')),
    allowedOrigins: list(envText(env, 'DRAWBRIDGE_ALLOWED_ORIGINS', '')),
    rateLimit: { perSecond, burst: envInt(env, 'DRAWBRIDGE_RATE_LIMIT_BURST', perSecond * 2, { max: 10_000_000 }) },
    bodyLimitBytes: envInt(env, 'DRAWBRIDGE_BODY_LIMIT_BYTES', 1024 * 1024, { min: 1024 }),
  });
}
