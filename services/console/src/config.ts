import { join } from 'node:path';
import { ConfigError, type Env, envInt, envText, serviceConfig, type ServiceConfig } from '@drawbridge/service';

export interface ConsoleConfig extends ServiceConfig {
  /** Folder with the built page. */
  readonly webFolder: string;
  /** Spans kept in memory for installations without Jaeger. */
  readonly maxSpans: number;
  /** Where a trace is shown outside, with `{traceId}` in it; undefined: here only. */
  readonly tracesUrl: string | undefined;
  /** Events older than this leave the read model; Kafka keeps its own. */
  readonly eventsDays: number;
}

const PLACE = '{traceId}';

/** Reads the console's environment. Refuses a bad value with the variable's name. */
export function consoleConfig(env: Env = process.env): ConsoleConfig {
  return Object.freeze({
    ...serviceConfig('console', env),
    webFolder: envText(env, 'DRAWBRIDGE_CONSOLE_WEB_FOLDER', join(import.meta.dirname, '..', 'web')),
    maxSpans: envInt(env, 'DRAWBRIDGE_CONSOLE_MAX_SPANS', 60_000, { min: 100, max: 5_000_000 }),
    tracesUrl: tracesUrl(env),
    eventsDays: envInt(env, 'DRAWBRIDGE_CONSOLE_EVENTS_DAYS', 90, { min: 1, max: 3650 }),
  });
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
