/** What needs a person, most urgent first. */
export interface Attention {
  readonly level: 'bad' | 'watch' | 'waiting' | 'unknown';
  readonly title: string;
  readonly detail: string;
  readonly since: string;
  readonly project: string;
  /** Path of the page that answers, within the project. */
  readonly link: string;
}

export interface IncidentDocument {
  readonly project: string;
  readonly incidentId: string;
  readonly title: string;
  readonly status: string;
  readonly severity: string;
  readonly summary: string;
  readonly changedAt: string;
}

export interface ApprovalDocument {
  readonly project: string;
  readonly approvalId: string;
  readonly model: string;
  readonly version: string;
  readonly environment: string;
  readonly status: string;
  readonly requestedAt?: string;
}

export interface MonitorDocument {
  readonly project: string;
  readonly monitorId: string;
  readonly endpoint: string;
  readonly model: string;
  readonly version: string;
  readonly variant: string;
  readonly alarm?: {
    readonly detectionId: string;
    readonly since: string;
    readonly features: readonly string[];
    readonly severity: string;
    readonly words: string;
  } | null;
  readonly stalled?: { readonly since: string; readonly reason: string; readonly lastEventAt: string | null } | null;
  readonly lastWindow?: {
    readonly n: number;
    readonly verdict: string;
    readonly p95Ms: number | null;
    readonly start: string;
    readonly end: string;
  };
  readonly performance?: { readonly coverage: number; readonly metrics: readonly { metric: string; value: number | null }[] };
}

export interface DeploymentDocument {
  readonly project: string;
  readonly deploymentId: string;
  readonly endpoint: string;
  readonly model: string;
  readonly version: string;
  readonly status: string;
  readonly statusAt?: string;
  readonly reason?: string;
}

export interface AttentionSources {
  readonly incidents: readonly IncidentDocument[];
  readonly approvals: readonly ApprovalDocument[];
  readonly monitors: readonly MonitorDocument[];
  readonly deployments: readonly DeploymentDocument[];
}

const severityScore: Readonly<Record<string, number>> = { critical: 4, high: 3, medium: 2, low: 1 };
const levelScore: Readonly<Record<Attention['level'], number>> = { bad: 300, waiting: 200, watch: 100, unknown: 50 };

/** Collects everything that waits, ordered by severity and then recency. */
export function attention({ incidents, approvals, monitors, deployments }: AttentionSources): Attention[] {
  const found: { item: Attention; score: number }[] = [];
  for (const incident of incidents) {
    if (incident.status === 'resolved') continue;
    const level = incident.status === 'open' ? 'bad' : 'watch';
    const item: Attention = {
      level,
      title: incident.title,
      detail: `${incident.status}: ${incident.summary}`,
      project: incident.project,
      since: incident.changedAt,
      link: `/incidents/${incident.incidentId}`,
    };
    found.push({ item, score: levelScore[level] + (severityScore[incident.severity] ?? 0) });
  }
  for (const approval of approvals) {
    if (approval.status !== 'pending') continue;
    const item: Attention = {
      level: 'waiting',
      title: `${approval.model}@${approval.version}`,
      detail: `waits for approval for ${approval.environment}`,
      project: approval.project,
      since: approval.requestedAt ?? '',
      link: `/models/${encodeURIComponent(approval.model)}/versions/${encodeURIComponent(approval.version)}`,
    };
    found.push({ item, score: levelScore.waiting });
  }
  for (const deployment of deployments) {
    if (deployment.status !== 'paused') continue;
    const item: Attention = {
      level: 'watch',
      title: `${deployment.model}@${deployment.version} on ${deployment.endpoint}`,
      detail: `paused: ${deployment.reason ?? ''}`,
      project: deployment.project,
      since: deployment.statusAt ?? '',
      link: `/deployments/${deployment.deploymentId}`,
    };
    found.push({ item, score: levelScore.watch + 1 });
  }
  for (const monitor of monitors) {
    if (monitor.stalled == null) continue;
    const item: Attention = {
      level: 'unknown',
      title: `${monitor.model}@${monitor.version} on ${monitor.endpoint}`,
      detail: `no data: ${monitor.stalled.reason}`,
      project: monitor.project,
      since: monitor.stalled.since,
      link: `/models/${encodeURIComponent(monitor.model)}/monitoring`,
    };
    found.push({ item, score: levelScore.unknown });
  }
  return found.sort((a, b) => b.score - a.score || b.item.since.localeCompare(a.item.since)).map(({ item }) => item);
}
