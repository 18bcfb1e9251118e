export { describeError, LocalError, type LocalErrorCode, localErrors } from './errors.js';
export { freePort, freePorts, isPortFree } from './ports.js';
export { Child, type ChildOptions, type Exit } from './process/child.js';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres/start-postgres.js';
export { cacheFolder, jarsCached, type JarOptions, type JarProgress, resolveKafkaJars } from './kafka/jars.js';
export { type KafkaOptions, type RunningKafka, startKafka } from './kafka/start-kafka.js';
export type { BrokerPorts, Credential } from './kafka/server-properties.js';
export { bootstrapDatabase, type DatabaseOptions, type ServiceDatabase } from './bootstrap/database.js';
export { aclRules, bootstrapTopics, servicePrincipals, type TopicsOptions, topicSpecs } from './bootstrap/topics.js';
