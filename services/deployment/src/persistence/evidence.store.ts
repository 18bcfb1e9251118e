import { Injectable } from '@nestjs/common';
import type { EventMap } from '@drawbridge/contracts';
import type { Transaction } from '@drawbridge/postgres';
import type { ArmWindow } from '../domain/arm-window.js';
import type { KnownApproval } from '../domain/gate.js';
import { ApprovalEntity, ArmWindowEntity, DetectionEntity, RetrainingEntity, VersionEntity } from './entities.js';

/** What other services announced and this one decides by: versions, approvals, closed windows, detections. */
@Injectable()
export class EvidenceStore {
  async putVersion(tx: Transaction, event: EventMap['model.registered'], origin: { chainId: string; traceparent?: string }): Promise<void> {
    const { project, model, version, modelId, artifact, signature, baselineRef } = event;
    await tx.upsert(
      VersionEntity,
      {
        project,
        model,
        version,
        modelId,
        artifact,
        signature,
        baselineRef: baselineRef ?? null,
        eventId: event.id,
        chainId: origin.chainId,
        traceparent: origin.traceparent ?? null,
      },
      ['project', 'model', 'version'],
    );
  }

  async version(tx: Transaction, project: string, model: string, version: string): Promise<VersionEntity | null> {
    return tx.findOne(VersionEntity, { where: { project, model, version } });
  }

  /** The id of a model of which at least one version is known here. */
  async modelId(tx: Transaction, project: string, model: string): Promise<string | undefined> {
    const known = await tx.findOne(VersionEntity, { where: { project, model } });
    return known?.modelId;
  }

  /** A pending approval never overwrites a settled one: the two travel on different topics and may arrive swapped. */
  async putApprovalRequest(tx: Transaction, event: EventMap['approval.requested']): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(ApprovalEntity)
      .values({
        approvalId: event.approvalId,
        project: event.project,
        model: event.model,
        version: event.version,
        environment: event.environment,
        status: 'pending',
        reason: null,
        artifactSha256: event.bindsTo.artifactSha256,
        expiresAt: new Date(event.expiresAt),
        requestedAt: new Date(event.time),
      })
      .orIgnore()
      .execute();
    await tx.update(ApprovalEntity, { approvalId: event.approvalId }, { requestedAt: new Date(event.time) });
  }

  async putApprovalClosed(tx: Transaction, event: EventMap['approval.closed']): Promise<void> {
    await tx.upsert(
      ApprovalEntity,
      {
        approvalId: event.approvalId,
        project: event.project,
        model: event.model,
        version: event.version,
        environment: event.environment,
        status: event.status,
        reason: event.reason,
        artifactSha256: event.bindsTo.artifactSha256,
        expiresAt: new Date(event.expiresAt),
        requestedAt: new Date(event.time),
      },
      ['approvalId'],
    );
  }

  /** Approvals of a version for an environment, newest first. */
  async approvals(tx: Transaction, project: string, model: string, version: string, environment: string): Promise<KnownApproval[]> {
    const rows = await tx.find(ApprovalEntity, {
      where: { project, model, version, environment },
      order: { requestedAt: 'DESC', approvalId: 'DESC' },
    });
    return rows.map(({ approvalId, status, reason, artifactSha256, expiresAt }) => ({
      approvalId,
      status,
      ...(reason === null ? {} : { reason }),
      artifactSha256,
      expiresAt,
    }));
  }

  /** Keeps the first announcement of a window; a revision changes no verdict already given. */
  async putWindow(tx: Transaction, event: EventMap['window.closed'], chainId: string, receivedAt: Date): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(ArmWindowEntity)
      .values({
        windowId: event.windowId,
        monitorId: event.monitorId,
        project: event.project,
        endpoint: event.endpoint,
        model: event.model,
        version: event.version,
        windowStart: new Date(event.window.start),
        windowEnd: new Date(event.window.end),
        n: event.window.n,
        errors: event.errors,
        p95Ms: event.latency?.p95Ms ?? null,
        verdict: event.verdict,
        features: event.features,
        eventId: event.id,
        chainId,
        judgedFor: null,
        receivedAt,
      })
      .orIgnore()
      .execute();
  }

  async putDetection(tx: Transaction, event: EventMap['drift.detected']): Promise<void> {
    const { detectionId, monitorId, windowId, id: eventId, exemplars } = event;
    await tx.upsert(DetectionEntity, { detectionId, monitorId, windowId, eventId, exemplars, detectedAt: new Date(event.time) }, [
      'detectionId',
    ]);
  }

  async newestDetection(tx: Transaction, monitorId: string): Promise<DetectionEntity | null> {
    return tx.findOne(DetectionEntity, { where: { monitorId }, order: { detectedAt: 'DESC' } });
  }

  /** Windows of one version on an endpoint, announced since `since`, that this deployment has not been judged by yet. */
  async unjudgedWindows(
    tx: Transaction,
    arm: { project: string; endpoint: string; version: string },
    deploymentId: string,
    since: Date,
  ): Promise<ArmWindow[]> {
    const rows = await tx
      .createQueryBuilder(ArmWindowEntity, 'w')
      .where('w.project = :project and w.endpoint = :endpoint and w.version = :version', arm)
      .andWhere('w.receivedAt >= :since', { since })
      .andWhere('(w.judgedFor is null or w.judgedFor <> :deploymentId)', { deploymentId })
      .orderBy('w.windowStart', 'ASC')
      .getMany();
    return rows.map((row) => ({
      windowId: row.windowId,
      monitorId: row.monitorId,
      version: row.version,
      start: row.windowStart.toISOString(),
      end: row.windowEnd.toISOString(),
      n: row.n,
      errors: row.errors,
      p95Ms: row.p95Ms,
      verdict: row.verdict,
      features: row.features,
      eventId: row.eventId,
      chainId: row.chainId,
    }));
  }

  async markJudged(tx: Transaction, windowIds: readonly string[], deploymentId: string): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(ArmWindowEntity)
      .set({ judgedFor: deploymentId })
      .where('window_id = any(:windowIds)', { windowIds })
      .execute();
  }

  async openRetraining(tx: Transaction, project: string, model: string, endpoint: string, now: Date): Promise<RetrainingEntity | null> {
    return tx
      .createQueryBuilder(RetrainingEntity, 'r')
      .where('r.project = :project and r.model = :model and r.endpoint = :endpoint and r.expiresAt > :now', {
        project,
        model,
        endpoint,
        now,
      })
      .getOne();
  }

  async putRetraining(tx: Transaction, request: RetrainingEntity): Promise<void> {
    await tx.insert(RetrainingEntity, request);
  }
}
