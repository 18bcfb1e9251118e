import { parseArgs } from 'node:util';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';

export interface CommandOptions {
  readonly portBase?: number;
  readonly json: boolean;
  readonly once: boolean;
  readonly yes: boolean;
  readonly help: boolean;
  readonly skipCheck: boolean;
  /** What stands behind `--`: for the story. */
  readonly rest: readonly string[];
}

const known = {
  'port-base': { type: 'string' },
  json: { type: 'boolean' },
  once: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  'skip-check': { type: 'boolean' },
} as const;

/** A block of ten ports must fit under 65536, and ordinary users may not listen below 1024. */
function portBase(text: string): number {
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > 65_526) {
    throw new LocalError('DBR-USAGE', `--port-base is ${text}; it must be a number from 1024 to 65526`);
  }
  return base;
}

export function parseOptions(argv: readonly string[]): CommandOptions {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: known, allowPositionals: true });
  } catch (cause) {
    throw new LocalError('DBR-USAGE', messageOf(cause), [], { cause });
  }
  const { values, positionals } = parsed;
  return {
    json: values.json ?? false,
    once: values.once ?? false,
    yes: values.yes ?? false,
    help: values.help ?? false,
    skipCheck: values['skip-check'] ?? false,
    rest: positionals,
    ...(values['port-base'] === undefined ? {} : { portBase: portBase(values['port-base']) }),
  };
}

export const help = `Usage
  npm start [-- options]           start the stack, stay until Ctrl C
  npm run demo [-- options]        start the stack (or attach to the running one) and play the story
  npm run reset [-- options]       remove the state of a stopped stack, after asking

Options
  --port-base N    first of ten ports in a row (default 4700; remembered)
  --json           progress as NDJSON
  --once           demo: stop the stack afterwards if this command started it
  --skip-check     start: without the self-check at the end
  --yes            reset: without asking
  --help

Settings
  DRAWBRIDGE_HOME             where the state is kept (default .drawbridge in the repository)
  DRAWBRIDGE_CACHE_DIR        where downloads are kept (default ~/.cache/drawbridge)
  DRAWBRIDGE_DATABASE_URL     your own PostgreSQL: URL of a role that may create databases and roles
  DRAWBRIDGE_KAFKA_BROKERS    your own Kafka: host:port,host:port
  DRAWBRIDGE_KAFKA_USERNAME   SCRAM-SHA-256 user of your own Kafka, with DRAWBRIDGE_KAFKA_PASSWORD
  DRAWBRIDGE_KAFKA_TLS        true for TLS
  DRAWBRIDGE_TOPIC_PREFIX     stands before every topic and group on a shared broker
`;
