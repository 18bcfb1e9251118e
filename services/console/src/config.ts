import { join } from 'node:path';
import { type Env, envInt, envText, serviceConfig, type ServiceConfig } from '@drawbridge/service';

export interface ConsoleConfig extends ServiceConfig {
  /** Folder with the built page. */
  readonly webFolder: string;
  /** Spans kept in memory for installations without Jaeger. */
  readonly maxSpans: number;
}

/** Reads the console's environment. Refuses a bad value with the variable's name. */
export function consoleConfig(env: Env = process.env): ConsoleConfig {
  return Object.freeze({
    ...serviceConfig('console', env),
    webFolder: envText(env, 'DRAWBRIDGE_CONSOLE_WEB_FOLDER', join(import.meta.dirname, '..', 'web')),
    maxSpans: envInt(env, 'DRAWBRIDGE_CONSOLE_MAX_SPANS', 60_000, { min: 100, max: 5_000_000 }),
  });
}
