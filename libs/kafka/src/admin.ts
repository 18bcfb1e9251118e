import kafkajs from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AclEntry, Admin, Kafka as KafkaClient } from 'kafkajs';

// kafkajs is CommonJS: the Acl enums cannot be imported by name under ESM.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ConfigResourceTypes, Kafka, ResourcePatternTypes, logLevel } = kafkajs;

/** How to reach a broker as an administrator. Without a username no SASL is spoken. */
export interface AdminConnection {
  readonly brokers: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: boolean | undefined;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export type AclOperation = 'read' | 'write' | 'describe' | 'describeConfigs';

export interface AclRule {
  /** Name of a SASL user, or `ANONYMOUS`. */
  readonly principal: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** `prefixed`: every resource whose name begins so. */
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: AclOperation;
  readonly permission: 'allow' | 'deny';
}

export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

const operations = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
  describeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
} as const;

function client(connection: AdminConnection): KafkaClient {
  const { username, password } = connection;
  return new Kafka({
    clientId: 'drawbridge-admin',
    brokers: [...connection.brokers],
    ssl: connection.tls ?? false,
    ...(username === undefined || password === undefined ? {} : { sasl: { mechanism: 'scram-sha-256' as const, username, password } }),
    // Failures reach the caller as errors; the client's own lines would only repeat them.
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 2000 },
  });
}

async function withAdmin<T>(connection: AdminConnection, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client(connection).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** A topic that exists with another number of partitions, which is fixed for its life. */
export class PartitionsDiffer extends Error {
  override readonly name = 'PartitionsDiffer';

  constructor(
    readonly topic: string,
    readonly expected: number,
    readonly found: number,
  ) {
    super(`topic ${topic} has ${found} partitions, the contract asks for ${expected}`);
  }
}

/** Creates the topics that are missing and corrects the settings of those that exist. Returns the created names. */
export function createTopics(connection: AdminConnection, specs: readonly TopicSpec[], replication = 1): Promise<string[]> {
  return withAdmin(connection, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = specs.filter((spec) => !present.has(spec.name));
    const kept = specs.filter((spec) => present.has(spec.name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((spec) => ({
          topic: spec.name,
          numPartitions: spec.partitions,
          replicationFactor: replication,
          configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
        })),
      });
      await leadersOf(
        admin,
        missing.map((spec) => spec.name),
      );
    }
    await correct(admin, kept);
    return missing.map((spec) => spec.name);
  });
}

// How long a busy broker may take to know what its controller has just written.
const visibleWaitMs = 15_000;

/** A busy broker may not know a topic yet that it has just made, which kafkajs takes for an error of its own waiting. */
async function leadersOf(admin: Admin, topics: string[]): Promise<void> {
  for (const deadline = performance.now() + visibleWaitMs; ;) {
    try {
      const found = await admin.fetchTopicMetadata({ topics });
      if (found.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
      if (performance.now() >= deadline) throw new Error('some of the new topics have no leader');
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await sleep(100);
  }
}

async function correct(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  if (specs.length === 0) return;
  const found = await describe(
    admin,
    specs.map((spec) => spec.name),
  );
  const differing = specs.filter((spec) => {
    const current = found.find((topic) => topic.name === spec.name);
    if (current === undefined) return false;
    if (current.partitions !== spec.partitions) throw new PartitionsDiffer(spec.name, spec.partitions, current.partitions);
    return Object.entries(spec.config).some(([name, value]) => current.config[name] !== value);
  });
  if (differing.length === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    resources: differing.map((spec) => ({
      type: ConfigResourceTypes.TOPIC,
      name: spec.name,
      configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
    })),
  });
}

async function describe(admin: Admin, names: readonly string[]): Promise<TopicDescription[]> {
  if (names.length === 0) return [];
  const [metadata, configs] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [...names] }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    }),
  ]);
  return metadata.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.length,
    config: Object.fromEntries(
      configs.resources
        .find((resource) => resource.resourceName === topic.name)
        ?.configEntries.map((entry) => [entry.configName, entry.configValue]) ?? [],
    ),
  }));
}

/** Partitions and settings of the topics that exist among the named ones. */
export function describeTopics(connection: AdminConnection, names: readonly string[]): Promise<TopicDescription[]> {
  return withAdmin(connection, async (admin) => {
    const present = new Set(await admin.listTopics());
    return describe(
      admin,
      names.filter((name) => present.has(name)),
    );
  });
}

/** Names of all topics the administrator may see. */
export function listTopics(connection: AdminConnection): Promise<string[]> {
  return withAdmin(connection, (admin) => admin.listTopics());
}

/** Deletes the topics that exist among the named ones. */
export function deleteTopics(connection: AdminConnection, names: readonly string[]): Promise<void> {
  return withAdmin(connection, async (admin) => {
    const present = new Set(await admin.listTopics());
    const doomed = names.filter((name) => present.has(name));
    if (doomed.length > 0) await admin.deleteTopics({ topics: doomed });
  });
}

/**
 * Adds rules; one that exists already is left as it is. Rules hold for every host. Resolves when the answering broker
 * applies them: the controller has written them a moment earlier, and a client that came in between would be refused.
 */
export function createAcls(connection: AdminConnection, rules: readonly AclRule[]): Promise<void> {
  const entries = rules.map((rule) => ({
    resourceType: rule.resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: rule.name,
    resourcePatternType: rule.pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal: `User:${rule.principal}`,
    host: '*',
    operation: operations[rule.operation],
    permissionType: rule.permission === 'allow' ? AclPermissionTypes.ALLOW : AclPermissionTypes.DENY,
  }));
  return withAdmin(connection, async (admin) => {
    await admin.createAcls({ acl: entries });
    for (const deadline = performance.now() + visibleWaitMs; ; await sleep(50)) {
      const applied = await appliedAcls(admin);
      if (entries.every((entry) => applied.has(aclKey(entry)))) return;
      if (performance.now() >= deadline) throw new Error('the broker does not apply some of the new access rules');
    }
  });
}

const aclKey = (entry: AclEntry): string =>
  [
    entry.resourceType,
    entry.resourcePatternType,
    entry.resourceName,
    entry.principal,
    entry.host,
    entry.operation,
    entry.permissionType,
  ].join(' ');

async function appliedAcls(admin: Admin): Promise<Set<string>> {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  return new Set(
    resources.flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
      acls.map((acl) => aclKey({ ...acl, resourceType, resourceName, resourcePatternType })),
    ),
  );
}

/** True when the broker answers the administrator within the client's timeouts. */
export async function pingBroker(connection: AdminConnection): Promise<void> {
  await withAdmin(connection, (admin) => admin.describeCluster());
}

// Sixteen names spread over the eight partitions of the offsets topic of a small broker.
const warmUpGroups = Array.from({ length: 16 }, (_, index) => `drawbridge-warm-up-${index}`);

/**
 * Waits until a fresh broker's group coordinators and producer ids answer. Without it the first group join and the
 * first producer meet "coordinator loading" for about half a second, and every service logs errors on a clean start.
 */
export async function warmUp(connection: AdminConnection, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const kafka = client(connection);
  const admin = kafka.admin({ retry: { retries: 0 } });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  const insist = async (step: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await step();
        return;
      } catch (error) {
        if (performance.now() > deadline || signal?.aborted === true) throw error;
        await sleep(100);
      }
    }
  };
  try {
    await insist(() => admin.connect());
    for (const groupId of warmUpGroups) await insist(() => admin.fetchOffsets({ groupId }));
    await insist(() => producer.connect());
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
  }
}
