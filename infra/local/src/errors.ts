/** Every way in which the embedded stack refuses or fails, with the sentence an operator needs. */
export const localErrors = {
  'DBR-NODE-VERSION': {
    title: 'This Node.js is too old',
    why: 'Drawbridge is built for Node.js 20.19 or newer in line 20, and for 22.12 or newer.',
    fix: 'Install a current Node.js and run the command again.',
  },
  'DBR-JAVA-MISSING': {
    title: 'No Java was found',
    why: 'The embedded Apache Kafka runs on Java 17 or newer.',
    fix: 'Install a Java runtime (Debian: apt install openjdk-17-jre-headless), set JAVA_HOME, or use your own broker with DRAWBRIDGE_KAFKA_BROKERS=host:9092.',
  },
  'DBR-JAVA-OLD': {
    title: 'This Java is too old',
    why: 'Apache Kafka 4 runs on Java 17 or newer.',
    fix: 'Install Java 17 or newer and point JAVA_HOME at it, or use your own broker with DRAWBRIDGE_KAFKA_BROKERS=host:9092.',
  },
  'DBR-MAVEN-MISSING': {
    title: 'The jars of Kafka are not in the cache, and Maven was not found',
    why: 'Maven downloads the 46 jars of Apache Kafka once (43 MB); afterwards neither Maven nor a network is needed.',
    fix: 'Install Maven (Debian: apt install maven) and run the command again, copy the cache folder from another machine, or use your own broker with DRAWBRIDGE_KAFKA_BROKERS=host:9092.',
  },
  'DBR-KAFKA-DOWNLOAD': {
    title: 'The jars of Kafka could not be prepared',
    why: 'Maven failed, or a downloaded jar is not the pinned one.',
    fix: 'Look at the lines of Maven below, check the network or the mirror in ~/.m2/settings.xml, and run the command again.',
  },
  'DBR-PORT-IN-USE': {
    title: 'A port is taken',
    why: 'Another program listens on a port of the block that Drawbridge wants.',
    fix: 'Stop that program, or move the whole block: npm start -- --port-base 5700.',
  },
  'DBR-DISK-LOW': {
    title: 'Too little disk space',
    why: 'Kafka and Postgres stop when the disk is full; the demonstration writes about 1 GB.',
    fix: 'Free some space, or put the state elsewhere with DRAWBRIDGE_HOME=/path/with/space.',
  },
  'DBR-MEMORY-LOW': {
    title: 'Too little free memory',
    why: 'The whole stack needs up to 2.5 GB.',
    fix: 'Close other programs, or give the machine or container more memory.',
  },
  'DBR-FOLDER-UNREACHABLE': {
    title: 'A folder cannot be used',
    why: 'The user that runs the processes cannot read, write or enter it.',
    fix: 'Correct its owner or mode, or put the state elsewhere with DRAWBRIDGE_HOME=/another/folder.',
  },
  'DBR-DB-UNHEALTHY': {
    title: 'Postgres did not start',
    why: 'Its process ended or did not answer in time; its last lines follow.',
    fix: 'Read the lines below. A damaged data folder is removed with npm run reset; your own database is used with DRAWBRIDGE_DATABASE_URL.',
  },
  'DBR-DB-RIGHTS': {
    title: 'The database user may not prepare the database',
    why: 'DRAWBRIDGE_DATABASE_URL must name a role that can create a database, roles and schemas.',
    fix: 'Give a superuser, or a role with CREATEDB and CREATEROLE, for the preparation. The services get roles of their own.',
  },
  'DBR-KAFKA-UNHEALTHY': {
    title: 'Kafka did not start',
    why: 'Its process ended or did not answer in time; its last lines follow.',
    fix: 'Read the lines below. A damaged data folder is removed with npm run reset; your own broker is used with DRAWBRIDGE_KAFKA_BROKERS.',
  },
  'DBR-TOPICS-DIFFER': {
    title: 'A topic does not have the shape of the contract',
    why: 'The number of partitions is fixed for the life of a topic, and this broker has another number.',
    fix: 'Use another topic prefix (DRAWBRIDGE_TOPIC_PREFIX), or remove the topic after saving what is in it.',
  },
  'DBR-STALE-PID': {
    title: 'An earlier run ended without cleaning up',
    why: 'The state file names a supervisor that is no longer there.',
    fix: 'Nothing to do: left-over processes were ended and the stack starts afresh on the state that was kept.',
  },
  'DBR-SERVICE-UNHEALTHY': {
    title: 'A service did not become ready',
    why: 'Its process ended, or /health/ready did not answer 200 in time; its last lines follow.',
    fix: 'Read the lines below and the whole log in the logs folder.',
  },
  'DBR-MIGRATION-FAILED': {
    title: 'A database migration failed',
    why: 'The schema of a service could not be brought to the version of this program.',
    fix: 'Read the lines below. The migration was rolled back, so nothing is half done.',
  },
  'DBR-SCHEMA-NEWER': {
    title: 'The state was written by a newer Drawbridge',
    why: 'An older program must not write into a newer schema.',
    fix: 'Use the newer version, or another state folder with DRAWBRIDGE_HOME, or remove the state with npm run reset.',
  },
  'DBR-CHECK-FAILED': {
    title: 'The self-check did not pass',
    why: 'A prediction did not make its way from the model to a metric.',
    fix: 'The failed step is named below; look into the log of that service.',
  },
  'DBR-STACK-RUNNING': {
    title: 'The stack is running',
    why: 'Its files must not be removed under it.',
    fix: 'Stop it first: Ctrl C where it was started, or node infra/local/bin/stop.mjs.',
  },
  'DBR-INTERRUPTED': {
    title: 'Interrupted',
    why: 'Ctrl C or SIGTERM came before the stack was up.',
    fix: 'Run the command again.',
  },
  'DBR-USAGE': {
    title: 'The command line is not understood',
    why: 'An option is unknown or has a wrong value.',
    fix: 'See npm start -- --help.',
  },
} as const satisfies Record<string, { title: string; why: string; fix: string }>;

export type LocalErrorCode = keyof typeof localErrors;

/** A failure with a code; `detail` says what happened this time, `lines` are the last lines of a log. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly title: string;
  readonly why: string;
  readonly fix: string;

  constructor(
    readonly code: LocalErrorCode,
    readonly detail: string,
    readonly lines: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
    const entry = localErrors[code];
    this.title = entry.title;
    this.why = entry.why;
    this.fix = entry.fix;
  }
}

/** The text a person reads: what, why, fix, and the last lines of the log that belongs to it. */
export function describeError(error: LocalError): string {
  const text = [`${error.code}  ${error.title}`, `  what  ${error.detail}`, `  why   ${error.why}`, `  fix   ${error.fix}`];
  if (error.lines.length > 0) text.push(...error.lines.map((line) => `  | ${line}`));
  return text.join('\n');
}
