import { Injectable } from '@nestjs/common';
import type { Transaction } from '@drawbridge/postgres';
import { AnalysisEntity, DeploymentEntity, EndpointEntity, TimelineEntity } from './entities.js';

export interface DeploymentFilter {
  project?: string;
  endpoint?: string;
  model?: string;
  version?: string;
  status?: string;
}

/** A place in a list sorted by time of creation, newest first. */
export interface Cursor {
  createdAt: string;
  id: string;
}

/** Endpoints and their deployments. Every change happens under the lock of the endpoint's row. */
@Injectable()
export class DeploymentStore {
  /** The endpoint, locked until the transaction ends: all rollout decisions of an endpoint are made one after another. */
  async lockEndpoint(tx: Transaction, id: string): Promise<EndpointEntity | null> {
    return tx.findOne(EndpointEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async lockEndpointByName(tx: Transaction, project: string, name: string): Promise<EndpointEntity | null> {
    return tx.findOne(EndpointEntity, { where: { project, name }, lock: { mode: 'pessimistic_write' } });
  }

  async endpointByName(tx: Transaction, project: string, name: string): Promise<EndpointEntity | null> {
    return tx.findOne(EndpointEntity, { where: { project, name } });
  }

  async deployment(tx: Transaction, id: string): Promise<DeploymentEntity | null> {
    return tx.findOne(DeploymentEntity, { where: { id } });
  }

  async save<T extends EndpointEntity | DeploymentEntity | AnalysisEntity | TimelineEntity>(tx: Transaction, entity: T): Promise<void> {
    await tx.save(entity);
  }

  async endpoints(
    tx: Transaction,
    filter: { project?: string; model?: string; environment?: string },
    limit: number,
    after?: Cursor,
  ): Promise<EndpointEntity[]> {
    const query = tx.createQueryBuilder(EndpointEntity, 'e').orderBy('e.createdAt', 'DESC').addOrderBy('e.id', 'DESC').limit(limit);
    for (const [field, value] of Object.entries(filter))
      if (value !== undefined) query.andWhere(`e.${field} = :${field}`, { [field]: value });
    if (after !== undefined) query.andWhere('(e.createdAt, e.id) < (:createdAt, :id)', after);
    return query.getMany();
  }

  async deployments(tx: Transaction, filter: DeploymentFilter, limit: number, after?: Cursor): Promise<DeploymentEntity[]> {
    const query = tx.createQueryBuilder(DeploymentEntity, 'd').orderBy('d.createdAt', 'DESC').addOrderBy('d.id', 'DESC').limit(limit);
    for (const [field, value] of Object.entries(filter))
      if (value !== undefined) query.andWhere(`d.${field} = :${field}`, { [field]: value });
    if (after !== undefined) query.andWhere('(d.createdAt, d.id) < (:createdAt, :id)', after);
    return query.getMany();
  }

  /** Ids of rollouts whose current step also needs time to pass. */
  async waitingForTime(tx: Transaction): Promise<{ id: string; endpointId: string }[]> {
    const rows = await tx
      .createQueryBuilder(DeploymentEntity, 'd')
      .where("d.status = 'progressing'")
      .andWhere("coalesce((d.strategy->'steps'->d.step->>'minWallSeconds')::float8, 0) > 0")
      .getMany();
    return rows.map(({ id, endpointId }) => ({ id, endpointId }));
  }

  /** Deployments that have traffic, or had all of it put on them, and of which serving has not said yet that it can answer. */
  async waitingForServing(tx: Transaction): Promise<DeploymentEntity[]> {
    return tx
      .createQueryBuilder(DeploymentEntity, 'd')
      .where("d.readyAt is null and d.startedAt is not null and d.status in ('progressing', 'paused', 'promoted')")
      .orderBy('d.id')
      .getMany();
  }

  /** The deployment that put this version on the endpoint and still holds it there. */
  async supersede(tx: Transaction, endpointId: string, exceptId: string, now: Date): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(DeploymentEntity)
      .set({ status: 'superseded', updatedAt: now })
      .where("endpoint_id = :endpointId and status = 'promoted' and id <> :exceptId", { endpointId, exceptId })
      .execute();
  }

  async analyses(tx: Transaction, deploymentId: string): Promise<AnalysisEntity[]> {
    return tx.find(AnalysisEntity, { where: { deploymentId }, order: { periodStart: 'ASC' } });
  }

  async timeline(tx: Transaction, deploymentId: string): Promise<TimelineEntity[]> {
    return tx.find(TimelineEntity, { where: { deploymentId }, order: { at: 'ASC', eventId: 'ASC' } });
  }
}
