import { completeSettings, type CompleteSettings, type Variant } from '@drawbridge/contracts';
import { binaryArray, type Transaction } from '@drawbridge/postgres';
import { type ClosingRule, ruleOf } from '../domain/closing.js';
import type { Alarm, Monitor, MonitorStatus } from '../domain/monitor.js';
import type { Share } from '../domain/traffic.js';
import { type Database, plainArray, rows } from './database.js';

interface MonitorRow {
  id: string;
  project: string;
  endpoint: string;
  endpoint_id: string;
  environment: string;
  model: string;
  model_id: string;
  version: string;
  variant: Variant;
  weight: number | null;
  status: MonitorStatus;
  monitor_version: number;
  settings: Partial<CompleteSettings>;
  deployment_id: string;
  deployment_ids: string[];
  cause_id: string;
  chain_id: string;
  origin_traceparent: string | null;
  baseline_sha256: string | null;
  alarm: Alarm;
  created_at: Date;
}

export type NewMonitor = Omit<Monitor, 'alarm' | 'createdAt' | 'monitorVersion' | 'status' | 'weight'>;

export interface MonitorFilter {
  readonly project?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  readonly version?: string | undefined;
  readonly status?: string | undefined;
}

export class MonitorStore {
  constructor(private readonly database: Database) {}

  /** Of every monitor a word that is another one after each change of it. */
  async versions(): Promise<Map<string, string>> {
    const found = await this.database.query<{ id: string; version: string }>('SELECT id, xmin::text AS version FROM monitors');
    return new Map(found.map(({ id, version }) => [id, version]));
  }

  async some(ids: readonly string[]): Promise<Monitor[]> {
    return (await this.database.query<MonitorRow>('SELECT * FROM monitors WHERE id = ANY($1::uuid[])', [plainArray(ids)])).map(monitorOf);
  }

  async find(id: string): Promise<Monitor | undefined> {
    const found = await this.database.query<MonitorRow>('SELECT * FROM monitors WHERE id = $1', [id]);
    return found[0] && monitorOf(found[0]);
  }

  /** When windows of these monitors are complete, and nothing else about them: it is asked again and again. */
  async closingRules(ids: readonly string[]): Promise<Map<string, ClosingRule>> {
    const found = await this.database.query<{ id: string; times: Partial<CompleteSettings> }>(
      `SELECT id, jsonb_strip_nulls(jsonb_build_object('windowSeconds', settings->'windowSeconds', 'latenessSeconds',
         settings->'latenessSeconds', 'idleSeconds', settings->'idleSeconds')) AS times FROM monitors WHERE id = ANY($1::uuid[])`,
      [plainArray(ids)],
    );
    return new Map(found.map(({ id, times }) => [id, ruleOf(completeSettings(times))]));
  }

  /** Newest first; `before` is the last monitor of the page before. */
  async list(filter: MonitorFilter, limit: number, before?: { createdAt: string; id: string }): Promise<Monitor[]> {
    const found = await this.database.query<MonitorRow>(
      `SELECT * FROM monitors
       WHERE ($1::text IS NULL OR project = $1) AND ($2::text IS NULL OR endpoint = $2) AND ($3::text IS NULL OR model = $3)
         AND ($4::text IS NULL OR version = $4) AND ($5::text IS NULL OR status = $5)
         AND ($6::timestamptz IS NULL OR (date_trunc('milliseconds', created_at), id) < ($6, $7::uuid))
       ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $8`,
      [
        filter.project ?? null,
        filter.endpoint ?? null,
        filter.model ?? null,
        filter.version ?? null,
        filter.status ?? null,
        before?.createdAt ?? null,
        before?.id ?? null,
        limit,
      ],
    );
    return found.map(monitorOf);
  }

  /** Event time of the newest row. */
  async lastEventAt(id: string): Promise<Date | undefined> {
    const found = await this.database.query<{ at: Date | null }>('SELECT max(event_at) AS at FROM watermarks WHERE monitor_id = $1', [id]);
    return found[0]?.at ?? undefined;
  }

  /** The monitor, locked against every other change of it; inserts that refer to it go on. */
  async lock(tx: Transaction, id: string): Promise<Monitor | undefined> {
    const found = await rows<MonitorRow>(tx, 'SELECT * FROM monitors WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return found[0] && monitorOf(found[0]);
  }

  /** As `lock`, many in a fixed order. */
  async lockAll(tx: Transaction, ids: readonly string[]): Promise<Monitor[]> {
    const sql = 'SELECT * FROM monitors WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE';
    return (await rows<MonitorRow>(tx, sql, [plainArray(ids)])).map(monitorOf);
  }

  /** Monitors of an endpoint, locked in a fixed order. */
  async lockEndpoint(tx: Transaction, project: string, endpointId: string): Promise<(Monitor & TrafficTimes)[]> {
    const found = await rows<MonitorRow & { traffic_at: Date; closed_at: Date | null }>(
      tx,
      'SELECT * FROM monitors WHERE project = $1 AND endpoint_id = $2 ORDER BY id FOR NO KEY UPDATE',
      [project, endpointId],
    );
    return found.map((row) => ({ ...monitorOf(row), trafficAt: row.traffic_at, closedAt: row.closed_at }));
  }

  async byDeployment(tx: Transaction, deploymentId: string): Promise<(Monitor & TrafficTimes) | undefined> {
    const found = await rows<MonitorRow & { traffic_at: Date; closed_at: Date | null }>(
      tx,
      'SELECT * FROM monitors WHERE deployment_id = $1 ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE',
      [deploymentId],
    );
    const row = found[0];
    return row && { ...monitorOf(row), trafficAt: row.traffic_at, closedAt: row.closed_at };
  }

  /** Nothing is known about its traffic yet: the first word about it holds, whenever it was said. */
  async insert(tx: Transaction, monitor: NewMonitor): Promise<void> {
    await rows(
      tx,
      `INSERT INTO monitors (id, project, endpoint, endpoint_id, environment, model, model_id, version, variant, settings,
         deployment_id, deployment_ids, cause_id, chain_id, origin_traceparent, baseline_sha256, traffic_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '-infinity')`,
      [
        monitor.id,
        monitor.project,
        monitor.endpoint,
        monitor.endpointId,
        monitor.environment,
        monitor.model,
        monitor.modelId,
        monitor.version,
        monitor.variant,
        JSON.stringify(monitor.settings),
        monitor.deploymentId,
        monitor.deploymentIds,
        monitor.cause.id,
        monitor.cause.chainId,
        monitor.cause.originTraceparent ?? null,
        monitor.baselineSha256,
      ],
    );
  }

  /** The same version came to the same endpoint again. */
  async reopen(tx: Transaction, monitor: NewMonitor): Promise<void> {
    await rows(
      tx,
      `UPDATE monitors SET status = 'active', variant = $2, settings = $3, deployment_id = $4, cause_id = $5, chain_id = $6,
         origin_traceparent = $7, closed_at = NULL, monitor_version = monitor_version + 1, alarm = '{"state":"quiet"}',
         deployment_ids = CASE WHEN $4 = ANY(deployment_ids) THEN deployment_ids ELSE deployment_ids || $4::text END, updated_at = now()
       WHERE id = $1`,
      [
        monitor.id,
        monitor.variant,
        JSON.stringify(monitor.settings),
        monitor.deploymentId,
        monitor.cause.id,
        monitor.cause.chainId,
        monitor.cause.originTraceparent ?? null,
      ],
    );
  }

  async setTraffic(tx: Transaction, id: string, traffic: { variant: Variant; weight: number; reopen: boolean }, at: Date): Promise<void> {
    await rows(
      tx,
      `UPDATE monitors SET variant = $2, weight = $3, traffic_at = $4, updated_at = now(),
         traffic_since = CASE WHEN $3 > 0 AND $2 <> 'shadow' THEN coalesce(traffic_since, now()) END,
         status = CASE WHEN $5 THEN 'active' ELSE status END, closed_at = CASE WHEN $5 THEN NULL ELSE closed_at END
       WHERE id = $1`,
      [id, traffic.variant, traffic.weight, at, traffic.reopen],
    );
  }

  /** Keeps the newest word about an endpoint. */
  async keepShares(tx: Transaction, project: string, endpointId: string, shares: readonly Share[], validFrom: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO endpoint_traffic AS known (project, endpoint_id, shares, valid_from) VALUES ($1, $2, $3, $4)
       ON CONFLICT (project, endpoint_id) DO UPDATE SET shares = excluded.shares, valid_from = excluded.valid_from
       WHERE known.valid_from <= excluded.valid_from`,
      [project, endpointId, JSON.stringify(shares.map(({ version, weight, variant }) => ({ version, weight, variant }))), validFrom],
    );
  }

  async shares(tx: Transaction, project: string, endpointId: string): Promise<{ shares: Share[]; validFrom: Date } | undefined> {
    const found = await rows<{ shares: Share[]; valid_from: Date }>(
      tx,
      'SELECT shares, valid_from FROM endpoint_traffic WHERE project = $1 AND endpoint_id = $2',
      [project, endpointId],
    );
    return found[0] && { shares: found[0].shares, validFrom: found[0].valid_from };
  }

  async close(tx: Transaction, id: string, at: Date): Promise<void> {
    await rows(tx, `UPDATE monitors SET status = 'closed', closed_at = $2, traffic_since = NULL, updated_at = now() WHERE id = $1`, [
      id,
      at,
    ]);
  }

  /** Remembers the end of a deployment whose start has not arrived yet. */
  async noteEnded(tx: Transaction, deploymentId: string, at: Date): Promise<void> {
    await rows(tx, 'INSERT INTO ended_deployments (deployment_id, ended_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [deploymentId, at]);
  }

  async endedAt(tx: Transaction, deploymentId: string): Promise<Date | undefined> {
    const found = await rows<{ ended_at: Date }>(tx, 'SELECT ended_at FROM ended_deployments WHERE deployment_id = $1', [deploymentId]);
    return found[0]?.ended_at;
  }

  async setVariant(tx: Transaction, id: string, variant: Variant): Promise<void> {
    await rows(tx, 'UPDATE monitors SET variant = $2, updated_at = now() WHERE id = $1', [id, variant]);
  }

  async setStatus(tx: Transaction, id: string, status: MonitorStatus): Promise<void> {
    await rows(tx, 'UPDATE monitors SET status = $2, updated_at = now() WHERE id = $1', [id, status]);
  }

  async setAlarms(tx: Transaction, alarms: ReadonlyMap<string, Alarm>): Promise<void> {
    if (alarms.size === 0) return;
    await rows(
      tx,
      `UPDATE monitors m SET alarm = new.alarm, updated_at = now()
       FROM unnest($1::uuid[], $2::jsonb[]) AS new (id, alarm) WHERE m.id = new.id`,
      [
        plainArray([...alarms.keys()]),
        binaryArray(
          'jsonb',
          [...alarms.values()].map((alarm) => JSON.stringify(alarm)),
        ),
      ],
    );
  }

  async setSettings(tx: Transaction, id: string, settings: CompleteSettings, monitorVersion: number): Promise<void> {
    await rows(tx, 'UPDATE monitors SET settings = $2, monitor_version = $3, updated_at = now() WHERE id = $1', [
      id,
      JSON.stringify(settings),
      monitorVersion,
    ]);
  }
}

/** Event times of the last facts about traffic and end. */
export interface TrafficTimes {
  readonly trafficAt: Date;
  readonly closedAt: Date | null;
}

function monitorOf(row: MonitorRow): Monitor {
  return {
    id: row.id,
    project: row.project,
    endpoint: row.endpoint,
    endpointId: row.endpoint_id,
    environment: row.environment,
    model: row.model,
    modelId: row.model_id,
    version: row.version,
    variant: row.variant,
    weight: row.weight,
    status: row.status,
    monitorVersion: row.monitor_version,
    settings: completeSettings(row.settings),
    deploymentId: row.deployment_id,
    deploymentIds: row.deployment_ids,
    cause: { id: row.cause_id, chainId: row.chain_id, originTraceparent: row.origin_traceparent ?? undefined },
    baselineSha256: row.baseline_sha256,
    alarm: row.alarm,
    createdAt: row.created_at,
  };
}
