import { connect } from 'node:tls';
import type { DeadLetterView, MonitorView, Page, WhoAmI } from '@drawbridge/contracts';
import { deadLetterServices } from '../commands/dead-letters.js';
import { healthText, type Platform } from '../commands/status.js';
import { CliError, reasonOf } from '../errors.js';
import type { Session } from '../session.js';
import { bad, type Finding, good } from './finding.js';

const DAY_MS = 86_400_000;
/** Events further ahead than this are refused by monitoring. */
const SKEW_LIMIT_MS = 300_000;
const SKEW_WARNING_MS = 5000;

/** What the installation says of itself. Each check stands alone: one that fails does not hide the others. */
export async function installationChecks(session: Session): Promise<Finding[]> {
  const console = await consoleCheck(session);
  const certificate = await certificateCheck(session.settings.server.value);
  if (console.some(({ state }) => state === 'fail')) return [...console, ...certificate];
  const key = await keyCheck(session);
  const serving = await servingCheck(session);
  if (key.state === 'fail') return [...console, ...certificate, key, serving];
  const rest = await Promise.all([servicesCheck(session), deadLetterCheck(session), monitorsCheck(session)]);
  return [...console, ...certificate, key, serving, ...rest.flat()];
}

async function consoleCheck(session: Session): Promise<Finding[]> {
  const { server } = session.settings;
  try {
    const begun = Date.now();
    const response = await session.open.send('GET', '/health/live', { timeoutMs: 5000 });
    const ms = Date.now() - begun;
    await response.body?.cancel();
    return [good('console', `${server.value} answered in ${ms} ms`), clockCheck(response.headers.get('date'), begun + ms / 2)];
  } catch (error) {
    session.signal.throwIfAborted();
    return [
      bad(
        'fail',
        'console',
        'DBR-UNREACHABLE',
        `${server.value}: ${wordsOf(error)}`,
        `start it, or correct the address (from ${server.from})`,
      ),
    ];
  }
}

export function clockCheck(date: string | null, now: number): Finding {
  const there = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(there)) return bad('warn', 'clock', 'DBR-CLOCK-UNKNOWN', 'the server tells no time', 'a proxy removes the Date header');
  // The header has whole seconds.
  const skew = Math.max(0, Math.abs(there + 500 - now) - 500);
  const text = `${(skew / 1000).toFixed(1)} s apart`;
  if (skew < SKEW_WARNING_MS) return good('clock', text);
  const state = skew >= SKEW_LIMIT_MS ? 'fail' : 'warn';
  return bad(state, 'clock', 'DBR-CLOCK-SKEW', text, 'set both clocks by NTP: events from the future are refused');
}

async function keyCheck(session: Session): Promise<Finding> {
  try {
    const { principal, roles, expiresAt } = await session.api.get<WhoAmI>('/whoami');
    const text = `${principal.name}: ${roles.join(', ') || 'no roles'}`;
    const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.now();
    if (left > 7 * DAY_MS) return good('key', text);
    return bad('warn', 'key', 'DBR-KEY-EXPIRES', `${text}; it ends in ${(left / DAY_MS).toFixed(1)} days`, 'ask for a new one in time');
  } catch (error) {
    return failure(session, 'key', error);
  }
}

async function servingCheck(session: Session): Promise<Finding> {
  const { serving } = session.settings;
  try {
    await session.speakTo(serving.value).send('GET', '/v2/health/ready', { timeoutMs: 5000 });
    return good('serving', `${serving.value} is ready`);
  } catch (error) {
    session.signal.throwIfAborted();
    const fix = 'wait until its models are loaded, or correct the address with DRAWBRIDGE_SERVING_URL';
    return bad('fail', 'serving', 'DBR-SERVING-UNHEALTHY', `${serving.value}: ${wordsOf(error)}`, fix);
  }
}

const codes: Readonly<Record<string, string>> = { database: 'DBR-DB-UNHEALTHY', kafka: 'DBR-KAFKA-UNHEALTHY', outbox: 'DBR-OUTBOX-STUCK' };

/** Every check that a service makes of itself: database, Kafka, outbox, consumers, keys. */
async function servicesCheck(session: Session): Promise<Finding[]> {
  try {
    const { services, tracesUrl } = await session.api.get<Platform>('/platform');
    const found = services.flatMap((health): Finding[] => {
      const name = `service ${health.service}`;
      if (health.ready) return [good(name, `ready, ${healthText(health)}`)];
      const failed = (health.detail.checks ?? []).filter((check) => !check.ok);
      const fix = `drawbridge logs ${health.service}`;
      if (failed.length === 0) return [bad('fail', name, 'DBR-SERVICE-UNHEALTHY', healthText(health), fix)];
      return failed.map((check) =>
        bad('fail', `${name}: ${check.name}`, codes[check.name] ?? 'DBR-SERVICE-UNHEALTHY', check.detail ?? 'failed', fix),
      );
    });
    return [...found, good('traces', tracesUrl ?? `${session.settings.server.value}/traces (kept in the console's memory)`)];
  } catch (error) {
    return [failure(session, 'services', error)];
  }
}

async function deadLetterCheck(session: Session): Promise<Finding[]> {
  return Promise.all(
    deadLetterServices.map(async (service): Promise<Finding> => {
      const check = `dead letters ${service}`;
      try {
        const { items, nextPageToken } = await session.api.get<Page<DeadLetterView>>(`/services/${service}/dead-letters`, {
          status: 'open',
          limit: 50,
        });
        if (items.length === 0) return good(check, 'none');
        const count = nextPageToken === undefined ? String(items.length) : `more than ${items.length}`;
        const detail = `${count} open, newest ${items[0]?.topic ?? ''}: ${items[0]?.reason ?? ''}`;
        return bad('warn', check, 'DBR-DLQ-OPEN', detail, `drawbridge events dlq list --service ${service}`);
      } catch (error) {
        return failure(session, check, error);
      }
    }),
  );
}

async function monitorsCheck(session: Session): Promise<Finding[]> {
  try {
    const { items } = await session.everywhere.items<MonitorView>('/monitors', {}, 200);
    const watched = items.filter(({ status }) => status !== 'closed');
    if (watched.length === 0) return [good('predictions', 'nothing is served')];
    const stalled = watched.filter(({ status }) => status === 'stalled');
    const last = watched
      .flatMap(({ lastEventAt }) => lastEventAt ?? [])
      .toSorted()
      .at(-1);
    const text = last === undefined ? 'none was seen yet' : `the last one is of ${last}`;
    if (stalled.length === 0) return [good('predictions', `${watched.length} versions watched; ${text}`)];
    const names = stalled
      .map(({ project = 'default', endpoint, model, version }) => `${project}/${endpoint} ${model}@${version}`)
      .join(', ');
    return [
      bad('warn', 'predictions', 'DBR-MONITOR-STALLED', `no predictions for ${names}; ${text}`, 'drawbridge monitor list --status stalled'),
    ];
  } catch (error) {
    return [failure(session, 'predictions', error)];
  }
}

/** A certificate that ends soon; nothing for plain HTTP. */
async function certificateCheck(server: string): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(server);
  if (protocol !== 'https:') return [];
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port === '' ? 443 : port), servername: hostname, timeout: 5000 });
    const done = (finding: Finding): void => {
      socket.destroy();
      resolve([finding]);
    };
    socket.once('secureConnect', () => {
      const days = (Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / DAY_MS;
      done(
        days > 14
          ? good('certificate', `valid for ${Math.floor(days)} days`)
          : bad('warn', 'certificate', 'DBR-CERTIFICATE-EXPIRES', `it ends in ${Math.floor(days)} days`, 'renew it'),
      );
    });
    const fail = (why: string): void =>
      done(bad('fail', 'certificate', 'DBR-CERTIFICATE-INVALID', why, 'renew it, or trust its authority with NODE_EXTRA_CA_CERTS'));
    socket.once('error', (error) => fail(error.message));
    socket.once('timeout', () => fail('no answer'));
  });
}

function failure(session: Session, check: string, error: unknown): Finding {
  session.signal.throwIfAborted();
  if (!(error instanceof CliError)) throw error;
  return bad('fail', check, error.object.code, wordsOf(error), error.object.fix ?? 'drawbridge status');
}

function wordsOf(error: unknown): string {
  if (error instanceof CliError) return error.object.why ?? error.object.message;
  return reasonOf(error);
}
