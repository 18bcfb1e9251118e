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
  const common = serviceConfig('serving', env);
  const perSecond = envInt(env, 'DRAWBRIDGE_RATE_LIMIT_PER_SECOND', 20_000, { max: 1_000_000 });
  return Object.freeze({
    ...common,
    // One key may be a whole application's: it is limited by the queue long before it is by the key.
    rateLimit: { perSecond, burst: envInt(env, 'DRAWBRIDGE_RATE_LIMIT_BURST', perSecond * 2, { max: 10_000_000 }) },
    queueLength: envInt(env, 'DRAWBRIDGE_SERVING_QUEUE_LENGTH', 256, { min: 1, max: 100_000 }),
    batchLimitRows: envInt(env, 'DRAWBRIDGE_SERVING_BATCH_LIMIT_ROWS', 10_000, { min: 1, max: 1_000_000 }),
    eventQueueRows: envInt(env, 'DRAWBRIDGE_SERVING_EVENT_QUEUE_ROWS', 50_000, { min: 1, max: 10_000_000 }),
    eventLingerMs: envInt(env, 'DRAWBRIDGE_SERVING_EVENT_LINGER_MS', 20, { min: 0, max: 10_000 }),
    cacheLimitBytes: envInt(env, 'DRAWBRIDGE_SERVING_CACHE_LIMIT_BYTES', 2048 * MEBIBYTE, { min: 0 }),
  });
}
