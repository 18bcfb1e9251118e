/** Every topic of an installation, in one place: who owns it, how it is keyed, ordered, kept and exposed. */

/** A: strict per source, with a sequence. B: per key inside the topic. C: no order, idempotent by id. */
export type OrderingClass = 'A' | 'B' | 'C';

export type ServiceName = 'registry' | 'deployment' | 'monitoring' | 'governance' | 'serving' | 'console';

export type TopicOwner = ServiceName | 'outside';

/** `data` topics are keyed by predictionId and carry the traffic; `control` topics are keyed by aggregate. */
export type TopicPlane = 'control' | 'data' | 'state';

/** What the value of a message is; see `TopicDefinition.content`. */
export type Content = 'application/json' | 'application/vnd.apache.arrow.stream';

export interface TopicDefinition {
  readonly name: string;
  readonly owner: TopicOwner;
  /** What the Kafka key holds. */
  readonly key: string;
  readonly ordering: OrderingClass;
  readonly plane: TopicPlane;
  /** One JSON object, or many rows as an Arrow IPC stream, of which the schema describes one. */
  readonly content: Content;
  /** The groups that read it, `<service>` or `<service>.<path>`. The audit and the console read every control topic. */
  readonly consumers: readonly string[];
  /** May a client without credentials on the ingest listener read it? */
  readonly readableByAll: boolean;
  /** May a client without credentials on the ingest listener write it? Only outside data. */
  readonly writableByAll: boolean;
}

const DAY_MS = 86_400_000;

type Row = readonly [name: string, owner: TopicOwner, key: string, ordering: OrderingClass, consumers: readonly string[]];

const control: readonly Row[] = [
  ['model.created', 'registry', 'modelId', 'A', ['governance']],
  ['model.registered', 'registry', 'modelId', 'A', ['governance', 'deployment']],
  ['model.alias.changed', 'registry', 'modelId', 'A', []],
  ['policy.published', 'governance', 'policyId', 'A', []],
  ['policy.evaluated', 'governance', 'modelId', 'A', ['deployment']],
  ['approval.requested', 'governance', 'modelId', 'A', ['deployment']],
  ['approval.decided', 'governance', 'modelId', 'A', []],
  ['approval.closed', 'governance', 'modelId', 'A', ['deployment']],
  ['incident.opened', 'governance', 'incidentId', 'A', []],
  ['incident.updated', 'governance', 'incidentId', 'A', []],
  ['incident.resolved', 'governance', 'incidentId', 'A', []],
  ['deployment.requested', 'deployment', 'deploymentId', 'A', ['governance']],
  ['deployment.blocked', 'deployment', 'deploymentId', 'A', []],
  ['deployment.started', 'deployment', 'deploymentId', 'A', ['monitoring', 'registry']],
  ['deployment.step.entered', 'deployment', 'deploymentId', 'A', []],
  ['deployment.analyzed', 'deployment', 'deploymentId', 'A', []],
  ['deployment.paused', 'deployment', 'deploymentId', 'A', []],
  ['deployment.resumed', 'deployment', 'deploymentId', 'A', []],
  ['deployment.promoted', 'deployment', 'deploymentId', 'A', ['registry', 'monitoring', 'governance']],
  ['deployment.aborted', 'deployment', 'deploymentId', 'A', ['registry', 'monitoring', 'governance']],
  ['deployment.failed', 'deployment', 'deploymentId', 'A', ['registry', 'monitoring', 'governance']],
  ['deployment.rolledback', 'deployment', 'deploymentId', 'A', ['registry', 'monitoring', 'governance']],
  ['traffic.changed', 'deployment', 'endpointId', 'A', ['monitoring']],
  ['retraining.requested', 'deployment', 'modelId', 'A', ['governance']],
  ['monitor.configured', 'monitoring', 'monitorId', 'A', []],
  ['window.closed', 'monitoring', 'monitorId', 'A', ['deployment']],
  ['drift.detected', 'monitoring', 'monitorId', 'A', ['deployment', 'governance']],
  ['drift.resolved', 'monitoring', 'monitorId', 'A', ['governance']],
  ['performance.measured', 'monitoring', 'monitorId', 'A', []],
  ['performance.revised', 'monitoring', 'monitorId', 'A', []],
  ['monitor.stalled', 'monitoring', 'monitorId', 'A', []],
  ['monitor.resumed', 'monitoring', 'monitorId', 'A', []],
];

const definitions: readonly TopicDefinition[] = [
  ...control.map(([name, owner, key, ordering, consumers]): TopicDefinition => ({
    name,
    owner,
    key,
    ordering,
    plane: 'control',
    content: 'application/json',
    consumers: [...consumers, 'governance.audit', 'console'],
    readableByAll: true,
    writableByAll: false,
  })),
  // Any service reports actions that are not domain events (keys, dead-letter replays) for the audit log.
  {
    name: 'audit.recorded',
    owner: 'governance',
    key: 'subject',
    ordering: 'C',
    plane: 'control',
    content: 'application/json',
    consumers: ['governance.audit', 'console'],
    readableByAll: false,
    writableByAll: false,
  },
  {
    name: 'prediction.logged',
    owner: 'outside',
    key: 'predictionId',
    ordering: 'C',
    plane: 'data',
    content: 'application/json',
    consumers: ['monitoring.intake'],
    readableByAll: true,
    writableByAll: true,
  },
  {
    name: 'prediction.batch.logged',
    owner: 'outside',
    key: 'batch',
    ordering: 'C',
    plane: 'data',
    content: 'application/vnd.apache.arrow.stream',
    consumers: ['monitoring.batches'],
    readableByAll: true,
    writableByAll: true,
  },
  {
    name: 'label.received',
    owner: 'outside',
    key: 'predictionId',
    ordering: 'B',
    plane: 'data',
    content: 'application/json',
    consumers: ['monitoring.labels'],
    readableByAll: true,
    writableByAll: true,
  },
  ...(
    [
      ['model.state', 'registry', 'modelId', true, ['console']],
      ['endpoint.state', 'deployment', 'endpointId', true, ['serving', 'console']],
      // Hashes and roles of keys: every service projects it, nobody without credentials reads it.
      ['access.state', 'governance', 'keyId', false, ['registry', 'deployment', 'monitoring', 'governance', 'serving', 'console']],
    ] as const
  ).map(([name, owner, key, readableByAll, consumers]): TopicDefinition => ({
    name,
    owner,
    key,
    ordering: 'A',
    plane: 'state',
    content: 'application/json',
    consumers,
    readableByAll,
    writableByAll: false,
  })),
];

/** All topics of the contract, without dead letters. */
export const topics: readonly TopicDefinition[] = definitions;

export const topicNames: readonly string[] = definitions.map((topic) => topic.name);

/** The definition of a topic; throws on a name that the contract does not know. */
export function topicDefinition(name: string): TopicDefinition {
  const found = definitions.find((topic) => topic.name === name);
  if (found === undefined) throw new Error(`topic ${name} is not in the contract`);
  return found;
}

/** Every group that reads Kafka and can meet a message that it can never handle. */
export const consumerGroups = [
  'registry',
  'deployment',
  'monitoring',
  'monitoring.intake',
  'monitoring.batches',
  'monitoring.labels',
  'governance',
  'governance.audit',
  'console',
] as const;

export type ConsumerGroup = (typeof consumerGroups)[number];

/** Where a group's unprocessable messages go. */
export function deadLetterTopic(group: ConsumerGroup): string {
  return `${group}.dlq`;
}

export type TopicProfile = 'embedded' | 'standard';

export interface TopicSettings {
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Partitions, retention and compaction of one topic under a profile (`embedded`: one broker on one machine). */
export function topicSettings(name: string, profile: TopicProfile): TopicSettings {
  if (name.endsWith('.dlq')) {
    // A dead letter may carry a payload up to the broker's limit.
    return { partitions: 1, config: { 'retention.ms': String(90 * DAY_MS), 'max.message.bytes': String(8 * 1024 * 1024) } };
  }
  const { plane } = topicDefinition(name);
  if (plane === 'state') {
    return { partitions: 1, config: { 'cleanup.policy': 'compact', 'max.message.bytes': String(1024 * 1024) } };
  }
  if (plane === 'data') {
    return {
      partitions: profile === 'embedded' ? 3 : 12,
      // Eight mebibytes, so that an oversized record reaches the consumer and is refused there with its reason.
      config: { 'retention.ms': String(7 * DAY_MS), 'max.message.bytes': String(8 * 1024 * 1024) },
    };
  }
  return {
    partitions: profile === 'embedded' ? 1 : 6,
    config: { 'retention.ms': String(90 * DAY_MS), 'max.message.bytes': String(1024 * 1024) },
  };
}
