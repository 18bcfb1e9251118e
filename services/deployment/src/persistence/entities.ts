import type {
  Actor,
  ArtifactRef,
  ContentRef,
  DeploymentStatus,
  Exemplar,
  FeatureFinding,
  GuardCheck,
  GuardVerdict,
  MonitorSettings,
  RolloutStrategy,
  Signature,
  TargetView,
} from '@drawbridge/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a model is served: its targets decide which version a request gets. */
@Entity({ name: 'endpoints' })
export class EndpointEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') project!: string;
  @Column('text') name!: string;
  @Column('text') environment!: string;
  @Column('text', { name: 'model_id' }) modelId!: string;
  @Column('text') model!: string;
  @Column('jsonb', { nullable: true }) monitoring!: MonitorSettings | null;
  @Column('jsonb') targets!: TargetView[];
  /** The rollout on its way, if any: an endpoint has at most one. */
  @Column('uuid', { name: 'active_deployment_id', nullable: true }) activeDeploymentId!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

@Entity({ name: 'deployments' })
export class DeploymentEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') project!: string;
  @Column('uuid', { name: 'endpoint_id' }) endpointId!: string;
  @Column('text') endpoint!: string;
  @Column('text') environment!: string;
  @Column('text', { name: 'model_id' }) modelId!: string;
  @Column('text') model!: string;
  @Column('text') version!: string;
  @Column('text', { name: 'artifact_sha256' }) artifactSha256!: string;
  @Column('text', { name: 'from_version', nullable: true }) fromVersion!: string | null;
  @Column('uuid', { name: 'from_deployment_id', nullable: true }) fromDeploymentId!: string | null;
  @Column('text') status!: DeploymentStatus;
  @Column('text', { name: 'status_reason', nullable: true }) statusReason!: string | null;
  /** A person wants to start it by hand once the gate has allowed it. */
  @Column('boolean') hold!: boolean;
  @Column('boolean') allowed!: boolean;
  /** That person has started it; the gate's next answer decides. */
  @Column('boolean', { name: 'start_requested' }) startRequested!: boolean;
  @Column('jsonb') strategy!: RolloutStrategy;
  @Column('int') step!: number;
  @Column('int', { name: 'windows_passed' }) windowsPassed!: number;
  @Column('timestamptz', { name: 'step_entered_at', nullable: true }) stepEnteredAt!: Date | null;
  @Column('jsonb', { name: 'requested_by' }) requestedBy!: Actor;
  @Column('jsonb') reasons!: string[];
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt!: Date | null;
  /** When serving said that it can answer with this version. */
  @Column('timestamptz', { name: 'ready_at', nullable: true }) readyAt!: Date | null;
  /** Since when serving says that it can not, without a silence in between. */
  @Column('timestamptz', { name: 'unready_since', nullable: true }) unreadySince!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}

/** What the registry said of a version: enough to start it. */
@Entity({ name: 'versions' })
export class VersionEntity {
  @PrimaryColumn('text') project!: string;
  @PrimaryColumn('text') model!: string;
  @PrimaryColumn('text') version!: string;
  @Column('text', { name: 'model_id' }) modelId!: string;
  @Column('jsonb') artifact!: ArtifactRef;
  @Column('jsonb') signature!: Signature;
  @Column('jsonb', { name: 'baseline_ref', nullable: true }) baselineRef!: ContentRef | null;
  /** Its registration, from which every deployment of it goes on. */
  @Column('text', { name: 'event_id' }) eventId!: string;
  @Column('text', { name: 'chain_id' }) chainId!: string;
  @Column('text', { nullable: true }) traceparent!: string | null;
}

@Entity({ name: 'approvals' })
export class ApprovalEntity {
  @PrimaryColumn('uuid', { name: 'approval_id' }) approvalId!: string;
  @Column('text') project!: string;
  @Column('text') model!: string;
  @Column('text') version!: string;
  @Column('text') environment!: string;
  @Column('text') status!: 'pending' | 'approved' | 'rejected' | 'expired' | 'voided';
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { name: 'artifact_sha256' }) artifactSha256!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt!: Date;
}

/** A closed window of one version on one endpoint, as it was announced first: later revisions never change a verdict. */
@Entity({ name: 'arm_windows' })
export class ArmWindowEntity {
  @PrimaryColumn('text', { name: 'window_id' }) windowId!: string;
  @Column('text', { name: 'monitor_id' }) monitorId!: string;
  @Column('text') project!: string;
  @Column('text') endpoint!: string;
  @Column('text') model!: string;
  @Column('text') version!: string;
  @Column('timestamptz', { name: 'window_start' }) windowStart!: Date;
  @Column('timestamptz', { name: 'window_end' }) windowEnd!: Date;
  @Column('int') n!: number;
  @Column('int') errors!: number;
  @Column('double precision', { name: 'p95_ms', nullable: true }) p95Ms!: number | null;
  @Column('text') verdict!: 'quiet' | 'alarming' | 'insufficient' | 'unjudged';
  @Column('jsonb') features!: FeatureFinding[];
  @Column('text', { name: 'event_id' }) eventId!: string;
  @Column('text', { name: 'chain_id' }) chainId!: string;
  /** The deployment whose rollout this window has been judged for. */
  @Column('uuid', { name: 'judged_for', nullable: true }) judgedFor!: string | null;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
}

@Entity({ name: 'detections' })
export class DetectionEntity {
  @PrimaryColumn('text', { name: 'detection_id' }) detectionId!: string;
  @Column('text', { name: 'monitor_id' }) monitorId!: string;
  @Column('text', { name: 'window_id' }) windowId!: string;
  @Column('text', { name: 'event_id' }) eventId!: string;
  @Column('jsonb') exemplars!: Exemplar[];
  @Column('timestamptz', { name: 'detected_at' }) detectedAt!: Date;
}

@Entity({ name: 'analyses' })
export class AnalysisEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'deployment_id' }) deploymentId!: string;
  @Column('timestamptz') at!: Date;
  @Column('int') step!: number;
  @Column('text') verdict!: GuardVerdict;
  @Column('text') summary!: string;
  @Column('jsonb') checks!: GuardCheck[];
  @Column('jsonb', { name: 'window_ids' }) windowIds!: string[];
  @Column('timestamptz', { name: 'period_start' }) periodStart!: Date;
  @Column('timestamptz', { name: 'period_end' }) periodEnd!: Date;
}

@Entity({ name: 'timeline' })
export class TimelineEntity {
  @PrimaryColumn('uuid', { name: 'event_id' }) eventId!: string;
  @Column('uuid', { name: 'deployment_id' }) deploymentId!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') type!: string;
  @Column('text') text!: string;
  @Column('jsonb') actor!: Actor;
  @Column('text', { name: 'trace_id', nullable: true }) traceId!: string | null;
}

/** At most one open request per endpoint's model: a cause that goes on asks once. */
@Entity({ name: 'retraining_requests' })
export class RetrainingEntity {
  @PrimaryColumn('uuid', { name: 'request_id' }) requestId!: string;
  @Column('text') project!: string;
  @Column('text') model!: string;
  @Column('text') endpoint!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

export const entities = [
  EndpointEntity,
  DeploymentEntity,
  VersionEntity,
  ApprovalEntity,
  ArmWindowEntity,
  DetectionEntity,
  AnalysisEntity,
  TimelineEntity,
  RetrainingEntity,
];
