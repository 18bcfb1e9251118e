export { ModelCreated } from './events/model-created.js';
export { ModelRegistered } from './events/model-registered.js';
export { ModelAliasChanged } from './events/model-alias-changed.js';
export { ModelState } from './events/model-state.js';
export { AccessState } from './events/access-state.js';
export { PolicyPublished } from './events/policy-published.js';
export { PolicyEvaluated } from './events/policy-evaluated.js';
export { ApprovalRequested } from './events/approval-requested.js';
export { ApprovalDecided } from './events/approval-decided.js';
export { ApprovalClosed } from './events/approval-closed.js';
export { IncidentOpened } from './events/incident-opened.js';
export { IncidentUpdated } from './events/incident-updated.js';
export { IncidentResolved } from './events/incident-resolved.js';
export { AuditRecorded } from './events/audit-recorded.js';
export { DeploymentRequested } from './events/deployment-requested.js';
export { DeploymentBlocked } from './events/deployment-blocked.js';
export { DeploymentStarted } from './events/deployment-started.js';
export { DeploymentStepEntered } from './events/deployment-step-entered.js';
export { DeploymentAnalyzed } from './events/deployment-analyzed.js';
export { DeploymentPaused } from './events/deployment-paused.js';
export { DeploymentResumed } from './events/deployment-resumed.js';
export { DeploymentPromoted } from './events/deployment-promoted.js';
export { DeploymentAborted } from './events/deployment-aborted.js';
export { DeploymentFailed } from './events/deployment-failed.js';
export { DeploymentRolledback } from './events/deployment-rolledback.js';
export { TrafficChanged } from './events/traffic-changed.js';
export { EndpointState } from './events/endpoint-state.js';
export { RetrainingRequested } from './events/retraining-requested.js';
export { MonitorConfigured } from './events/monitor-configured.js';
export { WindowClosed } from './events/window-closed.js';
export { DriftDetected } from './events/drift-detected.js';
export { DriftResolved } from './events/drift-resolved.js';
export { PerformanceMeasured } from './events/performance-measured.js';
export { PerformanceRevised } from './events/performance-revised.js';
export { MonitorStalled } from './events/monitor-stalled.js';
export { MonitorResumed } from './events/monitor-resumed.js';
export { PredictionLogged } from './events/prediction-logged.js';
export { PredictionBatchLogged } from './events/prediction-batch-logged.js';
export { LabelReceived } from './events/label-received.js';
export {
  alertBudget,
  type CompleteSettings,
  completeSettings,
  defaultSettings,
  longestTimes,
  type SettingProblem,
  settingProblems,
  mostSegmentKeys,
} from './monitor-settings.js';
export { batchLimits, eventLimits, textFlaw } from './event-limits.js';
export { asyncApiDocument } from './asyncapi.js';
export { eventSchemas, type EventMap, type Topic } from './catalogue.js';
export { Envelope, envelopeFields, eventSchema, eventType, header, sequenceText } from './envelope.js';
export {
  Actor,
  ArtifactRef,
  Budget,
  ContentRef,
  Datatype,
  Exemplar,
  FeatureFinding,
  SegmentFinding,
  GuardCheck,
  GuardVerdict,
  MonitorSettings,
  RolloutStep,
  RolloutStrategy,
  Severity,
  Sha256,
  Signature,
  TensorSpec,
  Timestamp,
  Variant,
  WindowCounts,
} from './schema-parts.js';
export {
  type ConsumerGroup,
  consumerGroups,
  deadLetterTopic,
  type OrderingClass,
  type ServiceName,
  topicDefinition,
  type TopicDefinition,
  topicNames,
  type TopicOwner,
  type TopicPlane,
  type TopicProfile,
  topics,
  topicSettings,
  type TopicSettings,
} from './topics.js';
export { isEvent, type Violation, violations } from './validate.js';
export { grants, type Permission, permissions, type Role, roles } from './http/permissions.js';
export { defaultPortBase, portOffsets, type Resource, resourceOwners } from './http/routes.js';
export { type Page, type Problem } from './http/common-views.js';
export { type ModelView, type DatasetRef, type VersionView, type LineageView, type RegisterVersion } from './http/registry-views.js';
export {
  type RuleResult,
  type DecisionView,
  type ApprovalView,
  type PolicyView,
  type PersonView,
  type KeyView,
  type NewKeyView,
  type WhoAmI,
  type IncidentView,
  type AuditEntryView,
  type AuditVerification,
} from './http/governance-views.js';
export {
  deploymentVerbs,
  type DeploymentStatus,
  type DeploymentVerb,
  type TargetView,
  type EndpointView,
  type CreateEndpoint,
  type RequestDeployment,
  type DeploymentView,
} from './http/deployment-views.js';
export {
  type MonitorView,
  type WindowView,
  type DistributionView,
  type DetectionView,
  type PerformanceView,
  type AccountingView,
  type DriftMatrixView,
  type PredictionView,
  type RowCounts,
  type Fresh,
  type Freshness,
} from './http/monitoring-views.js';
export { type Codes, type CodeWords } from './http/codes.js';
export { loggedCodes, serviceCodes } from './http/service-codes.js';
export { type EventView, type DeadLetterView, type IngestedView, type ProjectView, type TakenPayloadsView } from './http/console-views.js';
