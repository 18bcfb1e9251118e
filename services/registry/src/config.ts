import { type Env, envInt, type ServiceConfig, serviceConfig } from '@drawbridge/service';

const MEBIBYTE = 1024 * 1024;

export interface RegistryConfig extends ServiceConfig {
  /** Largest model file. It is read into memory once to be inspected. */
  readonly artifactLimitBytes: number;
  /** Largest body of POST /api/v1/baselines, and largest stored baseline. */
  readonly baselineLimitBytes: number;
}

/** Reads the environment; refuses a bad value with the variable's name. */
export function registryConfig(env: Env = process.env): RegistryConfig {
  return Object.freeze({
    ...serviceConfig('registry', env),
    artifactLimitBytes: envInt(env, 'DRAWBRIDGE_REGISTRY_ARTIFACT_LIMIT_BYTES', 512 * MEBIBYTE, { min: 1024, max: 2048 * MEBIBYTE }),
    baselineLimitBytes: envInt(env, 'DRAWBRIDGE_REGISTRY_BASELINE_LIMIT_BYTES', 64 * MEBIBYTE, { min: 1024, max: 512 * MEBIBYTE }),
  });
}
