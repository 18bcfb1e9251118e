import { join } from 'node:path';
import { ConfigError, type Env, envInt, envText, envUrl, serviceConfig, type ServiceConfig } from '@drawbridge/service';

export interface ConsoleConfig extends ServiceConfig {
  /** Folder with the built page. */
  readonly webFolder: string;
  /** Spans kept in memory for installations without Jaeger. */
  readonly maxSpans: number;
  /** Where a trace is shown outside, with `{traceId}` in it; undefined: here only. */
  readonly tracesUrl: string | undefined;
  /** Events older than this leave the read model; Kafka keeps its own. */
  readonly eventsDays: number;
  /** Where people reach the console through a proxy, e.g. https://bridge.example.com; undefined: at its own address. */
  readonly publicUrl: string | undefined;
  /** Bytes of bodies that the HTTP ingest takes at once. */
  readonly ingestInFlightBytes: number;
  /** How long half of a logged exchange waits for the other. */
  readonly payloadHorizonMs: number;
  /** Logged payloads that may wait in the database. */
  readonly payloadsWaiting: number;
}

const PLACE = '{traceId}';

/** Reads the console's environment. Refuses a bad value with the variable's name. */
export function consoleConfig(env: Env = process.env): ConsoleConfig {
  const common = serviceConfig('console', env);
  const publicUrl = publicAddress(env);
  return Object.freeze({
    ...common,
    // The page comes from there, so its requests do, and the proxy may pass its name on.
    allowedHosts: [...common.allowedHosts, ...(publicUrl === undefined ? [] : [publicUrl.hostname.replaceAll(/[[\]]/g, '')])],
    allowedOrigins: [...common.allowedOrigins, ...(publicUrl === undefined ? [] : [publicUrl.origin])],
    publicUrl: publicUrl?.origin,
    webFolder: envText(env, 'DRAWBRIDGE_CONSOLE_WEB_FOLDER', join(import.meta.dirname, '..', 'web')),
    maxSpans: envInt(env, 'DRAWBRIDGE_CONSOLE_MAX_SPANS', 60_000, { min: 100, max: 5_000_000 }),
    tracesUrl: tracesUrl(env),
    eventsDays: envInt(env, 'DRAWBRIDGE_CONSOLE_EVENTS_DAYS', 90, { min: 1, max: 3650 }),
    ingestInFlightBytes: envInt(env, 'DRAWBRIDGE_CONSOLE_INGEST_IN_FLIGHT_BYTES', 64 * 1024 * 1024, { min: 1024, max: 4 * 1024 ** 3 }),
    payloadHorizonMs: 1000 * envInt(env, 'DRAWBRIDGE_CONSOLE_PAYLOAD_HORIZON_SECONDS', 3600, { min: 1, max: 604_800 }),
    payloadsWaiting: envInt(env, 'DRAWBRIDGE_CONSOLE_PAYLOADS_WAITING', 200_000, { min: 1, max: 100_000_000 }),
  });
}

function publicAddress(env: Env): URL | undefined {
  const name = 'DRAWBRIDGE_CONSOLE_PUBLIC_URL';
  if (envText(env, name, '') === '') return undefined;
  const url = new URL(envUrl(env, name));
  if (url.href !== `${url.origin}/`) {
    throw new ConfigError(name, 'must be an address such as https://bridge.example.com, without path, query or credentials');
  }
  return url;
}

function tracesUrl(env: Env): string | undefined {
  const name = 'DRAWBRIDGE_CONSOLE_TRACES_URL';
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^https?:\/\//.test(text) || !text.includes(PLACE) || !URL.canParse(text)) {
    throw new ConfigError(
      name,
      `must be an http or https address with ${PLACE} in it, e.g. http://localhost:16686/trace/${PLACE}; got ${text}`,
    );
  }
  return text;
}
