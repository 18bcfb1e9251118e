import { type Env, envDuration, envText, serviceConfig, type ServiceConfig } from '@drawbridge/service';

export interface GovernanceConfig {
  readonly service: ServiceConfig;
  /** Keys that exist from the start; absent in an installation that was set up long ago. */
  readonly bootstrapKeysFile?: string;
  readonly sessionSeconds: number;
  readonly loginLinkSeconds: number;
  /** How often lapsed approvals are closed and published policies are put to the next versions. */
  readonly sweepMs: number;
}

/** Reads the environment; a bad value refuses the start and names the variable. */
export function governanceConfig(env: Env = process.env): GovernanceConfig {
  const bootstrapKeysFile = envText(env, 'DRAWBRIDGE_BOOTSTRAP_KEYS_FILE', '');
  return Object.freeze({
    service: serviceConfig('governance', env),
    ...(bootstrapKeysFile === '' ? {} : { bootstrapKeysFile }),
    sessionSeconds: Math.round(envDuration(env, 'DRAWBRIDGE_GOVERNANCE_SESSION_DURATION', '12h') / 1_000),
    loginLinkSeconds: Math.round(envDuration(env, 'DRAWBRIDGE_GOVERNANCE_LOGIN_LINK_DURATION', '15m') / 1_000),
    sweepMs: envDuration(env, 'DRAWBRIDGE_GOVERNANCE_SWEEP_INTERVAL', '1s'),
  });
}
