import type { EventMap, Topic } from '@drawbridge/contracts';

export type DocumentKind = 'model' | 'endpoint' | 'deployment' | 'monitor' | 'approval' | 'incident';

/** One change of the read model. Within a group a change with a lower sequence never overwrites a higher one. */
export interface Change {
  readonly kind: DocumentKind;
  readonly id: string;
  /** What people search for. */
  readonly name: string;
  /** Fields of one group travel on several topics of one source; the source's sequence orders them. */
  readonly group: string;
  readonly patch: Readonly<Record<string, unknown>>;
}

type Project<T extends Topic> = (event: EventMap[T]) => Change[];
type Projections = { readonly [T in Topic]?: Project<T> };

type DeploymentTopic = Extract<Topic, `deployment.${string}`>;

/** A deployment's topics differ in what they add; all say where it stands. */
function deployment(status: string | undefined, also: (event: EventMap[DeploymentTopic]) => Record<string, unknown> = () => ({})) {
  return (event: EventMap[DeploymentTopic]): Change[] => {
    const { deploymentId, endpoint, model, version } = event;
    const patch = {
      deploymentId,
      endpoint,
      model,
      version,
      ...(status === undefined ? {} : { status, statusAt: event.time }),
      ...also(event),
    };
    return [{ kind: 'deployment', id: deploymentId, name: endpoint, group: status === undefined ? 'progress' : 'status', patch }];
  };
}

interface OfMonitor {
  monitorId: string;
  endpoint: string;
  model: string;
  version: string;
  variant: string;
}

function monitor(event: OfMonitor, group: string, patch: Record<string, unknown>): Change[] {
  const { monitorId, endpoint, model, version, variant } = event;
  return [
    {
      kind: 'monitor',
      id: monitorId,
      name: `${model}@${version}`,
      group,
      patch: { monitorId, endpoint, model, version, variant, ...patch },
    },
  ];
}

function incident(event: EventMap['incident.opened']): Change[] {
  const { incidentId, title, status, severity, summary, affected } = event;
  return [
    {
      kind: 'incident',
      id: incidentId,
      name: title,
      group: 'status',
      patch: { incidentId, title, status, severity, summary, affected, changedAt: event.time },
    },
  ];
}

const projections: Projections = {
  'model.state': (event) => [
    { kind: 'model', id: event.modelId, name: event.model, group: 'state', patch: { ...own(event), updatedAt: event.time } },
  ],
  'endpoint.state': (event) => {
    const targets = event.targets.map(({ version, weight, variant, deploymentId }) => ({ version, weight, variant, deploymentId }));
    const { endpointId, endpoint, environment, model, rollout } = event;
    return [
      {
        kind: 'endpoint',
        id: endpointId,
        name: endpoint,
        group: 'state',
        patch: { endpointId, endpoint, environment, model, targets, rollout: rollout ?? null },
      },
    ];
  },
  'deployment.requested': deployment('requested', ({ actor }) => ({ requestedBy: actor })),
  'deployment.blocked': deployment('blocked', (event) => ({ reason: (event as EventMap['deployment.blocked']).reasons.join('; ') })),
  'deployment.started': deployment('progressing'),
  'deployment.step.entered': deployment(undefined, (event) => {
    const { step, steps, weights } = event as EventMap['deployment.step.entered'];
    return { step, steps, weights };
  }),
  'deployment.analyzed': deployment(undefined, (event) => {
    const { verdict, summary } = event as EventMap['deployment.analyzed'];
    return { lastVerdict: verdict, lastSummary: summary };
  }),
  'deployment.paused': deployment('paused', (event) => ({ reason: (event as EventMap['deployment.paused']).reason })),
  'deployment.resumed': deployment('progressing'),
  'deployment.promoted': deployment('promoted'),
  'deployment.aborted': deployment('aborted', (event) => ({ reason: (event as EventMap['deployment.aborted']).reason })),
  'deployment.failed': deployment('failed', (event) => ({ reason: (event as EventMap['deployment.failed']).reason })),
  'deployment.rolledback': deployment('rolledback', (event) => ({ reason: (event as EventMap['deployment.rolledback']).reason })),
  'approval.requested': (event) => [
    {
      kind: 'approval',
      id: event.approvalId,
      name: `${event.model}@${event.version}`,
      group: 'status',
      patch: { ...own(event), status: 'pending', requestedAt: event.time },
    },
  ],
  'approval.closed': (event) => [
    {
      kind: 'approval',
      id: event.approvalId,
      name: `${event.model}@${event.version}`,
      group: 'status',
      patch: {
        approvalId: event.approvalId,
        model: event.model,
        version: event.version,
        environment: event.environment,
        status: event.status,
        reason: event.reason,
      },
    },
  ],
  'window.closed': (event) =>
    monitor(event, 'window', {
      lastWindow: {
        id: event.windowId,
        start: event.window.start,
        end: event.window.end,
        n: event.window.n,
        verdict: event.verdict,
        p95Ms: event.latency?.p95Ms ?? null,
        errors: event.errors,
      },
    }),
  'drift.detected': (event) =>
    monitor(event, 'alarm', {
      alarm: {
        detectionId: event.detectionId,
        since: event.time,
        features: event.scope.features,
        severity: event.severity,
        words: event.effect.words,
      },
    }),
  'drift.resolved': (event) => monitor(event, 'alarm', { alarm: null }),
  'monitor.stalled': (event) =>
    monitor(event, 'stall', { stalled: { since: event.time, reason: event.reason, lastEventAt: event.lastEventAt } }),
  'monitor.resumed': (event) => monitor(event, 'stall', { stalled: null }),
  'performance.measured': (event) =>
    monitor(event, 'performance', { performance: { start: event.start, coverage: event.coverage, metrics: event.metrics } }),
  'incident.opened': incident,
  'incident.updated': incident,
  'incident.resolved': incident,
};

/** What an event changes in the read model. Pure; a topic without a projection changes nothing. */
export function project<T extends Topic>(topic: T, event: EventMap[T]): Change[] {
  const projection: Project<T> | undefined = projections[topic];
  return projection === undefined ? [] : projection(event);
}

const envelope = new Set(['id', 'type', 'time', 'project', 'source', 'sequence', 'actor']);

/** An event's own fields, without its envelope. */
function own(event: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([field]) => !envelope.has(field)));
}
