/** Codes that the CLI gives itself; those of the services come with their answers. */
export const ownCodes = {
  'DBR-APPROVAL-NOT-FOUND': 'No approval was asked for this version.',
  'DBR-ARTIFACT-DIGEST': 'The registry stored other bytes than the file has: it changed while it was read.',
  'DBR-CANCELLED': 'A question was answered with no, or not at all. Nothing was done.',
  'DBR-CERTIFICATE-EXPIRES': 'The certificate of the console ends within 14 days.',
  'DBR-CERTIFICATE-INVALID': 'The certificate of the console is not trusted.',
  'DBR-CHECK-FAILED': 'A prediction did not make its way from the model to a metric; the hop says where it stopped.',
  'DBR-CHECK-MISSING': 'The model that `doctor --loop` asks is not registered here.',
  'DBR-CLI-BUG': 'Something failed inside the CLI. Repeat it with -v and report what it prints.',
  'DBR-CLOCK-SKEW': 'The clocks of this machine and of the console differ. Events from the future are refused.',
  'DBR-CLOCK-UNKNOWN': 'The console tells no time, so the clocks cannot be compared.',
  'DBR-CONFIG-BROKEN': 'The configuration file cannot be read. It is never overwritten by itself.',
  'DBR-CONFIG-OPEN': 'Others can read the configuration file, and it holds keys.',
  'DBR-CONFIRM': 'What cannot be undone needs a yes, and nobody can be asked here.',
  'DBR-CONTEXT-NOT-FOUND': 'No context has this name.',
  'DBR-DB-UNHEALTHY': 'A service says that its database does not answer.',
  'DBR-DEAD-LETTER-NOT-FOUND': 'No service has a dead letter with this id.',
  'DBR-DEPLOYMENT-NOT-FOUND': 'This is neither a deployment nor an endpoint with one.',
  'DBR-DISK-LOW': 'Too little disk space is free for the embedded stack.',
  'DBR-DLQ-OPEN': 'A service could not handle a message; it waits to be replayed or discarded.',
  'DBR-INTERRUPTED': 'Ctrl C.',
  'DBR-JAVA-MISSING': 'No Java was found. Only the embedded Kafka needs one.',
  'DBR-JAVA-OLD': 'The Java that was found is older than 17.',
  'DBR-KAFKA-UNHEALTHY': 'A service says that Kafka does not answer.',
  'DBR-KEY-EXPIRES': 'The key ends within 7 days.',
  'DBR-KEY-NOT-FOUND': 'No key has this id.',
  'DBR-LOG-NOT-FOUND': 'The stack on this machine has no log of this name.',
  'DBR-MEMORY-LOW': 'Too little memory is free to start the embedded stack.',
  'DBR-MONITOR-NOT-FOUND': 'Nothing watches this endpoint, model or version.',
  'DBR-MONITOR-STALLED': 'A version that is served gets no predictions.',
  'DBR-NO-KEY': 'No key was given, or what was given is none.',
  'DBR-NO-LOCAL-STACK': 'No stack of yours runs in this folder or above.',
  'DBR-NODE-VERSION': 'This Node.js is too old.',
  'DBR-NOT-DRAWBRIDGE': 'Something answers at the address, but not as Drawbridge does.',
  'DBR-NOT-LOGGED-IN': 'No key is known for this address.',
  'DBR-OUTBOX-STUCK': 'A service has events that it cannot publish.',
  'DBR-PORT-IN-USE': 'A port that a stack would take is in use.',
  'DBR-SERVICE-UNHEALTHY': 'A service is not ready.',
  'DBR-SERVING-UNHEALTHY': 'The model server is not ready or does not answer.',
  'DBR-STALE-PID': 'A stack on this machine ended without cleaning up.',
  'DBR-UNREACHABLE': 'Nobody answers at the address.',
  'DBR-USAGE': 'The command line, or a file it names, is not understood.',
  'DBR-WAIT-TIMEOUT': 'What was waited for did not happen within --timeout.',
} as const;

export type OwnCode = keyof typeof ownCodes;

/** The page `CODES.md`. */
export function codesPage(): string {
  const head = [
    '# Codes of the CLI',
    '',
    'From `src/codes.ts`; a test compares them. The fix is printed with each error, since it depends on the case.',
    'Errors of the services carry codes of their own: [docs/codes.md](../../docs/codes.md).',
  ];
  const entries = Object.entries(ownCodes).map(([code, meaning]) => `\n## ${code}\n\n${meaning}`);
  return `${[...head, ...entries].join('\n')}\n`;
}
