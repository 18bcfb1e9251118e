import { consumerGroups, deadLetterTopic, topics, topicSettings, type TopicProfile } from '@drawbridge/contracts';
import { createAcls, createTopics, PartitionsDiffer, type AclRule, type AdminConnection, type TopicSpec } from '@drawbridge/kafka';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';

/** The principals of a secured broker, one per service. */
export const servicePrincipals = ['registry', 'deployment', 'monitoring', 'governance', 'serving', 'console'] as const;

export interface TopicsOptions {
  readonly admin: AdminConnection;
  readonly profile?: TopicProfile;
  /** Stands before every topic and group on a broker that is shared. */
  readonly prefix?: string;
  readonly replication?: number;
  /** False on a broker whose access rules somebody else keeps. */
  readonly acls?: boolean;
}

/** Every topic of the contract and the dead letters of every group, as they must be on the broker. */
export function topicSpecs(profile: TopicProfile, prefix = ''): TopicSpec[] {
  const names = [...topics.map((topic) => topic.name), ...consumerGroups.map(deadLetterTopic)];
  return names.map((name) => ({ name: `${prefix}${name}`, ...topicSettings(name, profile) }));
}

const serviceOf = (group: string): string => group.split('.')[0] ?? group;

function writersOf(topic: (typeof topics)[number]): string[] {
  // Any service reports to the audit log; serving and the console's HTTP ingest write predictions like outsiders do.
  if (topic.name === 'audit.recorded') return [...servicePrincipals];
  // Monitoring replays its dead letters of these topics by sending them again.
  if (topic.owner === 'outside')
    return topic.name === 'prediction.logged' ? ['serving', 'console', 'monitoring'] : ['console', 'monitoring'];
  return [topic.owner];
}

/** Who may do what: each service writes what it owns and reads what it consumes; strangers ingest and read what is public. */
export function aclRules(prefix = ''): AclRule[] {
  const rules: AclRule[] = [];
  const topic = (principal: string, name: string, operation: AclRule['operation']): void => {
    rules.push({ principal, resource: 'topic', name: `${prefix}${name}`, pattern: 'literal', operation, permission: 'allow' });
  };
  for (const definition of topics) {
    for (const service of writersOf(definition)) topic(service, definition.name, 'write');
    for (const service of new Set(definition.consumers.map(serviceOf))) {
      topic(service, definition.name, 'read');
      // At its start a service compares the topic's retention with its inbox.
      topic(service, definition.name, 'describeConfigs');
    }
    if (definition.readableByAll) topic('ANONYMOUS', definition.name, 'read');
    if (definition.writableByAll) topic('ANONYMOUS', definition.name, 'write');
  }
  for (const group of consumerGroups) {
    topic(serviceOf(group), deadLetterTopic(group), 'write');
    topic(serviceOf(group), deadLetterTopic(group), 'read');
    topic('console', deadLetterTopic(group), 'read');
  }
  const group = (principal: string, name: string, permission: AclRule['permission']): void => {
    rules.push({ principal, resource: 'group', name, pattern: 'prefixed', operation: 'read', permission });
  };
  for (const service of servicePrincipals) {
    group(service, `${prefix}${service}`, 'allow');
    // A stranger in a service's group would take its partitions away.
    group('ANONYMOUS', `${prefix}${service}`, 'deny');
    // The console shows the lag of every group.
    if (service !== 'console') {
      rules.push({
        principal: 'console',
        resource: 'group',
        name: `${prefix}${service}`,
        pattern: 'prefixed',
        operation: 'describe',
        permission: 'allow',
      });
    }
  }
  rules.push({ principal: 'ANONYMOUS', resource: 'group', name: '*', pattern: 'literal', operation: 'read', permission: 'allow' });
  return rules;
}

/** Brings topics and access rules to the contract's state; may run any number of times. Returns the created topics. */
export async function bootstrapTopics(options: TopicsOptions): Promise<string[]> {
  const prefix = options.prefix ?? '';
  try {
    const created = await createTopics(options.admin, topicSpecs(options.profile ?? 'embedded', prefix), options.replication ?? 1);
    if (options.acls !== false) await createAcls(options.admin, aclRules(prefix));
    return created;
  } catch (error) {
    if (error instanceof PartitionsDiffer) throw new LocalError('DBR-TOPICS-DIFFER', error.message, [], { cause: error });
    throw new LocalError('DBR-KAFKA-UNHEALTHY', `topics at ${options.admin.brokers.join(',')}: ${messageOf(error)}`, [], { cause: error });
  }
}
