export {
  type Cluster,
  type ClusterFacts,
  type DataFolders,
  ownCluster,
  type ProcessControl,
  sharedCluster,
  startCluster,
} from './cluster.js';
export { seen, type SeenEvent } from './collector.js';
export { CpuMeter, type CpuReading } from './cpu-meter.js';
export { anEvent, type EventData, type PublishOptions } from './envelope.js';
export { FakeClock } from './fake-clock.js';
export { FakeCluster } from './fake-cluster.js';
export { FakeLog } from './fake-log.js';
export { expectAllRoutesGuarded, type GuardWalk } from './guarded-routes.js';
export { http, type HttpAnswer, type HttpClient, type HttpOptions } from './http-client.js';
export { foreignKey, type KeyName, keyNames, makeKeys, type TestKey } from './keys.js';
export { aLabel, aModelCreated, aModelRegistered, anAuditEntry, anEnvelope, aPrediction } from './mothers/events.js';
export { connectedSpans, otlpReceiver, type OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';
export { sandbox, type Sandbox, type SandboxOptions, type StartOptions } from './sandbox.js';
export { onServer } from './sandbox-database.js';
export { type RunningChild } from './service-child.js';
export { eventually, sleep } from './wait.js';
