import { ModelCreated } from './events/model-created.js';
import { ModelRegistered } from './events/model-registered.js';
import { ModelAliasChanged } from './events/model-alias-changed.js';
import { ModelState } from './events/model-state.js';
import { AccessState } from './events/access-state.js';
import { PolicyPublished } from './events/policy-published.js';
import { PolicyEvaluated } from './events/policy-evaluated.js';
import { ApprovalRequested } from './events/approval-requested.js';
import { ApprovalDecided } from './events/approval-decided.js';
import { ApprovalClosed } from './events/approval-closed.js';
import { IncidentOpened } from './events/incident-opened.js';
import { IncidentUpdated } from './events/incident-updated.js';
import { IncidentResolved } from './events/incident-resolved.js';
import { AuditRecorded } from './events/audit-recorded.js';
import { DeploymentRequested } from './events/deployment-requested.js';
import { DeploymentBlocked } from './events/deployment-blocked.js';
import { DeploymentStarted } from './events/deployment-started.js';
import { DeploymentStepEntered } from './events/deployment-step-entered.js';
import { DeploymentAnalyzed } from './events/deployment-analyzed.js';
import { DeploymentPaused } from './events/deployment-paused.js';
import { DeploymentResumed } from './events/deployment-resumed.js';
import { DeploymentPromoted } from './events/deployment-promoted.js';
import { DeploymentAborted } from './events/deployment-aborted.js';
import { DeploymentFailed } from './events/deployment-failed.js';
import { DeploymentRolledback } from './events/deployment-rolledback.js';
import { TrafficChanged } from './events/traffic-changed.js';
import { EndpointState } from './events/endpoint-state.js';
import { RetrainingRequested } from './events/retraining-requested.js';
import { MonitorConfigured } from './events/monitor-configured.js';
import { WindowClosed } from './events/window-closed.js';
import { DriftDetected } from './events/drift-detected.js';
import { DriftResolved } from './events/drift-resolved.js';
import { PerformanceMeasured } from './events/performance-measured.js';
import { PerformanceRevised } from './events/performance-revised.js';
import { MonitorStalled } from './events/monitor-stalled.js';
import { MonitorResumed } from './events/monitor-resumed.js';
import { PredictionLogged } from './events/prediction-logged.js';
import { PredictionBatchLogged } from './events/prediction-batch-logged.js';
import { LabelReceived } from './events/label-received.js';

/** The value of each topic. A wrong payload does not compile. */
export interface EventMap {
  'model.created': ModelCreated;
  'model.registered': ModelRegistered;
  'model.alias.changed': ModelAliasChanged;
  'model.state': ModelState;
  'access.state': AccessState;
  'policy.published': PolicyPublished;
  'policy.evaluated': PolicyEvaluated;
  'approval.requested': ApprovalRequested;
  'approval.decided': ApprovalDecided;
  'approval.closed': ApprovalClosed;
  'incident.opened': IncidentOpened;
  'incident.updated': IncidentUpdated;
  'incident.resolved': IncidentResolved;
  'audit.recorded': AuditRecorded;
  'deployment.requested': DeploymentRequested;
  'deployment.blocked': DeploymentBlocked;
  'deployment.started': DeploymentStarted;
  'deployment.step.entered': DeploymentStepEntered;
  'deployment.analyzed': DeploymentAnalyzed;
  'deployment.paused': DeploymentPaused;
  'deployment.resumed': DeploymentResumed;
  'deployment.promoted': DeploymentPromoted;
  'deployment.aborted': DeploymentAborted;
  'deployment.failed': DeploymentFailed;
  'deployment.rolledback': DeploymentRolledback;
  'traffic.changed': TrafficChanged;
  'endpoint.state': EndpointState;
  'retraining.requested': RetrainingRequested;
  'monitor.configured': MonitorConfigured;
  'window.closed': WindowClosed;
  'drift.detected': DriftDetected;
  'drift.resolved': DriftResolved;
  'performance.measured': PerformanceMeasured;
  'performance.revised': PerformanceRevised;
  'monitor.stalled': MonitorStalled;
  'monitor.resumed': MonitorResumed;
  'prediction.logged': PredictionLogged;
  /** A row of the table. */
  'prediction.batch.logged': PredictionBatchLogged;
  'label.received': LabelReceived;
}

export type Topic = keyof EventMap;

/** The JSON Schema of each topic's value. */
export const eventSchemas = {
  'model.created': ModelCreated,
  'model.registered': ModelRegistered,
  'model.alias.changed': ModelAliasChanged,
  'model.state': ModelState,
  'access.state': AccessState,
  'policy.published': PolicyPublished,
  'policy.evaluated': PolicyEvaluated,
  'approval.requested': ApprovalRequested,
  'approval.decided': ApprovalDecided,
  'approval.closed': ApprovalClosed,
  'incident.opened': IncidentOpened,
  'incident.updated': IncidentUpdated,
  'incident.resolved': IncidentResolved,
  'audit.recorded': AuditRecorded,
  'deployment.requested': DeploymentRequested,
  'deployment.blocked': DeploymentBlocked,
  'deployment.started': DeploymentStarted,
  'deployment.step.entered': DeploymentStepEntered,
  'deployment.analyzed': DeploymentAnalyzed,
  'deployment.paused': DeploymentPaused,
  'deployment.resumed': DeploymentResumed,
  'deployment.promoted': DeploymentPromoted,
  'deployment.aborted': DeploymentAborted,
  'deployment.failed': DeploymentFailed,
  'deployment.rolledback': DeploymentRolledback,
  'traffic.changed': TrafficChanged,
  'endpoint.state': EndpointState,
  'retraining.requested': RetrainingRequested,
  'monitor.configured': MonitorConfigured,
  'window.closed': WindowClosed,
  'drift.detected': DriftDetected,
  'drift.resolved': DriftResolved,
  'performance.measured': PerformanceMeasured,
  'performance.revised': PerformanceRevised,
  'monitor.stalled': MonitorStalled,
  'monitor.resumed': MonitorResumed,
  'prediction.logged': PredictionLogged,
  'prediction.batch.logged': PredictionBatchLogged,
  'label.received': LabelReceived,
} as const satisfies Readonly<Record<Topic, unknown>>;
