import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import { DataSource } from 'typeorm';
import type { DeploymentRecord } from '../domain/deployment-record.js';

interface Row {
  readonly deployment_id: string;
  readonly model_id: string;
  readonly version: string;
  readonly endpoint_id: string;
  readonly endpoint: string;
  readonly status: DeploymentRecord['status'];
  readonly reason: string | null;
  readonly sequence: string;
  readonly at: Date;
}

@Injectable()
export class DeploymentStore {
  constructor(private readonly source: DataSource) {}

  async find(deploymentId: string, tx: Transaction): Promise<DeploymentRecord | undefined> {
    const rows: Row[] = await tx.query('select * from deployments where deployment_id = $1 for update', [deploymentId]);
    return rows[0] && recordOf(rows[0]);
  }

  async save(record: DeploymentRecord, tx: Transaction): Promise<void> {
    await tx.query(
      `insert into deployments (deployment_id, model_id, version, endpoint_id, endpoint, status, reason, sequence, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (deployment_id) do update set
         status = excluded.status, reason = excluded.reason, sequence = excluded.sequence, at = excluded.at
       where deployments.sequence < excluded.sequence`,
      [
        record.deploymentId,
        record.modelId,
        record.version,
        record.endpointId,
        record.endpoint,
        record.status,
        record.reason ?? null,
        record.sequence,
        record.at,
      ],
    );
  }

  /** Deployments of all versions on the endpoints that ever saw this one, oldest first. */
  async onEndpointsOf(modelId: string, version: string): Promise<DeploymentRecord[]> {
    const rows: Row[] = await this.source.query(
      `select * from deployments
       where endpoint_id in (select endpoint_id from deployments where model_id = $1 and version = $2)
       order by at, deployment_id`,
      [modelId, version],
    );
    return rows.map(recordOf);
  }
}

function recordOf(row: Row): DeploymentRecord {
  return {
    deploymentId: row.deployment_id,
    modelId: row.model_id,
    version: row.version,
    endpointId: row.endpoint_id,
    endpoint: row.endpoint,
    status: row.status,
    ...(row.reason !== null && { reason: row.reason }),
    sequence: Number(row.sequence),
    at: row.at,
  };
}
