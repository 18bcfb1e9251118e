import { ConfigError, type Env, envDuration, envInt, envText, serviceConfig, type ServiceConfig } from '@drawbridge/service';
import type { CommitStrategy } from './intake/position.js';

export interface MonitoringConfig extends ServiceConfig {
  readonly intake: {
    /** A partition is flushed after so many records, or so long after the first of them. */
    readonly flushRecords: number;
    readonly flushMs: number;
    /** A prediction id is known as a repeat within so many records of its partition. */
    readonly dedupeRecords: number;
    /** How long a prediction of an unknown version waits for its monitor. */
    readonly unknownWaitMs: number;
    readonly commit: CommitStrategy;
    /** Ends the names of groups that only this process is in; in the test of a split brain only. */
    readonly ownGroups: string | undefined;
  };
  /** Pause between two looks for windows to close, read ends and flushes that are due. */
  readonly tickMs: number;
  /** Least pause between two evaluations of late labels. */
  readonly evaluateMs: number;
  /** A monitor is never called stalled before so much silence. */
  readonly stallMs: number;
  /** Predictions and labels are kept this long after their window closed, and as long as labels may still come for it. */
  readonly rowsDays: number;
  /** Pause between two looks for rows that are older. */
  readonly retentionMs: number;
}

/** Reads the environment. Refuses a bad value with the variable's name. */
export function monitoringConfig(env: Env = process.env): MonitoringConfig {
  return Object.freeze({
    ...serviceConfig('monitoring', env),
    intake: {
      flushRecords: envInt(env, 'DRAWBRIDGE_MONITORING_FLUSH_RECORDS', 50_000, { min: 1, max: 100_000 }),
      flushMs: envDuration(env, 'DRAWBRIDGE_MONITORING_FLUSH_INTERVAL', '500ms'),
      dedupeRecords: envInt(env, 'DRAWBRIDGE_MONITORING_DEDUPE_RECORDS', 100_000, { min: 1, max: 10_000_000 }),
      unknownWaitMs: envDuration(env, 'DRAWBRIDGE_MONITORING_UNKNOWN_WAIT', '30s'),
      commit: commitStrategy(env),
      ownGroups: ownGroups(env),
    },
    tickMs: envDuration(env, 'DRAWBRIDGE_MONITORING_TICK', '500ms'),
    evaluateMs: envDuration(env, 'DRAWBRIDGE_MONITORING_EVALUATE_INTERVAL', '1s'),
    stallMs: envDuration(env, 'DRAWBRIDGE_MONITORING_STALL_AFTER', '5m'),
    rowsDays: envInt(env, 'DRAWBRIDGE_MONITORING_ROWS_DAYS', 90, { min: 1, max: 3650 }),
    retentionMs: envDuration(env, 'DRAWBRIDGE_MONITORING_RETENTION_INTERVAL', '10m'),
  });
}

function commitStrategy(env: Env): CommitStrategy {
  const name = 'DRAWBRIDGE_MONITORING_COMMIT';
  const strategy = envText(env, name, 'swap');
  if (strategy === 'swap') return strategy;
  if (strategy !== 'after') throw new ConfigError(name, `must be swap or after, not "${strategy}"`);
  // It loses exactness on purpose: the control that shows that the fault test would notice.
  if (env['NODE_ENV'] !== 'test') throw new ConfigError(name, 'may be "after" in tests only: it counts twice after a crash');
  return strategy;
}

function ownGroups(env: Env): string | undefined {
  const name = 'DRAWBRIDGE_MONITORING_OWN_GROUPS';
  const suffix = envText(env, name, '');
  if (suffix === '') return undefined;
  if (!/^[a-z0-9-]+$/.test(suffix)) throw new ConfigError(name, `must be small letters, digits and hyphens, not "${suffix}"`);
  // Still exact, and every process does all the work.
  if (env['NODE_ENV'] !== 'test') throw new ConfigError(name, 'may be set in tests only: processes in different groups do the same work');
  return suffix;
}
