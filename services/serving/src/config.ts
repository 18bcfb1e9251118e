import { type Env, envInt, type ServiceConfig, serviceConfig } from '@drawbridge/service';

const MEBIBYTE = 1024 * 1024;

export interface ServingConfig extends ServiceConfig {
  /** Requests that may wait for the runtime; one more is answered 429. */
  readonly queueLength: number;
  /** Most rows in one request. */
  readonly batchLimitRows: number;
  /** Predictions that may wait for Kafka; further ones are dropped and counted. */
  readonly eventQueueRows: number;
  /** How long a prediction waits for others to travel with. */
  readonly eventLingerMs: number;
  /** Bytes of model files kept on the disk, the ones used last. */
  readonly cacheLimitBytes: number;
}

/** Reads the environment; refuses a bad value with the variable's name. */
export function servingConfig(env: Env = process.env): ServingConfig {
  return Object.freeze({
    ...serviceConfig('serving', env),
    queueLength: envInt(env, 'DRAWBRIDGE_SERVING_QUEUE_LENGTH', 256, { min: 1, max: 100_000 }),
    batchLimitRows: envInt(env, 'DRAWBRIDGE_SERVING_BATCH_LIMIT_ROWS', 10_000, { min: 1, max: 1_000_000 }),
    eventQueueRows: envInt(env, 'DRAWBRIDGE_SERVING_EVENT_QUEUE_ROWS', 50_000, { min: 1, max: 10_000_000 }),
    eventLingerMs: envInt(env, 'DRAWBRIDGE_SERVING_EVENT_LINGER_MS', 10, { min: 0, max: 10_000 }),
    cacheLimitBytes: envInt(env, 'DRAWBRIDGE_SERVING_CACHE_LIMIT_BYTES', 2048 * MEBIBYTE, { min: 0 }),
  });
}
