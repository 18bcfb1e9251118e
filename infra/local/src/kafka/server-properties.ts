export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface BrokerPorts {
  /** SASL listener of the services. */
  readonly sasl: number;
  /** Loopback listener without authentication: ingest and public topics only. */
  readonly open: number;
  readonly controller: number;
}

export interface BrokerSettings {
  readonly ports: BrokerPorts;
  readonly dataDir: string;
  readonly admin: Credential;
}

function jaas(module: string, options: Record<string, string>): string {
  const text = Object.entries(options)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');
  return `org.apache.kafka.common.security.${module} required ${text};`;
}

/**
 * The settings of one KRaft node that is broker and controller. The controller's listener authenticates by PLAIN with
 * a fixed line, since SCRAM credentials live in the very log that the controller has to bring up first.
 */
export function serverProperties({ ports, dataDir, admin }: BrokerSettings): string {
  const { username, password } = admin;
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    listeners: `SASL://127.0.0.1:${ports.sasl},OPEN://127.0.0.1:${ports.open},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `SASL://127.0.0.1:${ports.sasl},OPEN://127.0.0.1:${ports.open},CONTROLLER://127.0.0.1:${ports.controller}`,
    'listener.security.protocol.map': 'SASL:SASL_PLAINTEXT,OPEN:PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'SASL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-256',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.sasl.sasl.enabled.mechanisms': 'SCRAM-SHA-256',
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': jaas('scram.ScramLoginModule', { username, password }),
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': jaas('plain.PlainLoginModule', {
      username,
      password,
      [`user_${username}`]: password,
    }),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${username}`,
    'allow.everyone.if.no.acl.found': false,
    'log.dirs': `${dataDir}/log`,
    'auto.create.topics.enable': false,
    'delete.topic.enable': true,
    'num.partitions': 1,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'broker.heartbeat.interval.ms': 500,
    // Short, since a killed broker is let in again only when its old session is over; long enough for a busy machine.
    'broker.session.timeout.ms': 6000,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    'group.max.session.timeout.ms': 300_000,
    'message.max.bytes': 8 * 1024 * 1024,
    'replica.fetch.max.bytes': 8 * 1024 * 1024,
    // One machine: few threads, small tables, and a compaction buffer that does not fill half the heap.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'num.recovery.threads.per.data.dir': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    'log.index.size.max.bytes': 1024 * 1024,
    'log.segment.bytes': 128 * 1024 * 1024,
    'socket.request.max.bytes': 32 * 1024 * 1024,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('\n')}\n`;
}
