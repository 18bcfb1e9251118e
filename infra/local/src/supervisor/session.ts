import { mkdir, readFile } from 'node:fs/promises';
import { defaultPortBase } from '@drawbridge/contracts';
import { LocalError } from '../errors.js';
import { banner } from './banner.js';
import { consoleAddress } from './console-address.js';
import { ownParts } from './infrastructure.js';
import { homeFolder, portsFrom, type Home, type Ports } from './layout.js';
import { loginLink } from './login-link.js';
import type { CommandOptions } from './options.js';
import { checkHome } from './preflight.js';
import type { Progress } from './progress.js';
import { loadSecrets, writePrivate } from './secrets.js';
import { serviceUrls } from './service-env.js';
import { Stack, type StackOptions, version } from './stack.js';
import { claimState, endLeftovers, markOf, readState, removeState, supervisorLives, type StackState } from './state.js';

/** A stack that this process started, or one of another process that it found running. */
export interface Session {
  readonly home: Home;
  readonly ports: Ports;
  readonly state: StackState;
  readonly adminKey: string;
  /** Undefined when attached: another process owns the stack. */
  readonly stack?: Stack;
}

interface Settings {
  readonly version: string;
  readonly portBase: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readSettings(home: Home): Promise<Settings | undefined> {
  const text = await readFile(home.settings, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Settings);
}

/** Compares dotted numbers; positive when a is newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  for (let i = 0; i < 3; i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function claimFor(home: Home, ports: Ports): StackState {
  return {
    format: 1,
    version,
    status: 'starting',
    supervisor: markOf('supervisor', process.pid),
    startedAt: new Date().toISOString(),
    portBase: ports.console,
    urls: serviceUrls(ports),
    kafka: { brokers: '' },
    topicPrefix: ownParts().topicPrefix,
    secretsFile: home.secrets,
    logs: home.logs,
    processes: [],
  };
}

/** Waits while another process starts the same stack; undefined when it gave up or died. */
async function runningState(home: Home, progress: Progress): Promise<StackState | undefined> {
  let told = false;
  for (;;) {
    const state = await readState(home);
    if (state === undefined || !supervisorLives(state)) return undefined;
    if (state.status === 'running') return state;
    if (!told) progress.note(`another process (pid ${state.supervisor.pid}) is ${state.status} this stack: waiting for it`);
    told = true;
    await pause(250);
  }
}

async function cleanUpAfterCrash(home: Home, progress: Progress): Promise<void> {
  const state = await readState(home);
  if (state === undefined) {
    await removeState(home);
    return;
  }
  if (supervisorLives(state)) return;
  const ended = await endLeftovers(state);
  await removeState(home);
  const what = ended.length === 0 ? 'nothing was left running' : `ended ${ended.join(', ')}`;
  progress.warning('DBR-STALE-PID', `the run of ${state.startedAt} (pid ${state.supervisor.pid}) ended without cleaning up: ${what}`);
}

/** The session of this home: the running stack when there is one, else a claim to start it. */
export async function openSession(options: CommandOptions, progress: Progress, onStack?: (stack: Stack) => void): Promise<Session> {
  const home = homeFolder();
  checkHome(home);
  const settings = await readSettings(home);
  if (settings !== undefined && compareVersions(settings.version, version) > 0) {
    throw new LocalError('DBR-SCHEMA-NEWER', `${home.root} was last used by ${settings.version}, this is ${version}`);
  }
  for (;;) {
    const running = await runningState(home, progress);
    if (running !== undefined) {
      const { adminKey } = await loadSecrets(home);
      return { home, ports: portsFrom(running.portBase), state: running, adminKey };
    }
    await cleanUpAfterCrash(home, progress);
    const ports = portsFrom(options.portBase ?? settings?.portBase ?? defaultPortBase);
    const claim = claimFor(home, ports);
    if (await claimState(home, claim))
      return startStack({ home, ports, own: ownParts(), progress, claim, skipCheck: options.skipCheck }, onStack);
    await pause(100);
  }
}

async function startStack(options: StackOptions, onStack?: (stack: Stack) => void): Promise<Session> {
  const { home, ports, claim } = options;
  const stack = new Stack(options);
  onStack?.(stack);
  try {
    await mkdir(home.logs, { recursive: true });
    await stack.start();
    await writePrivate(home.settings, { version, portBase: ports.console } satisfies Settings);
  } catch (error) {
    await closeStack(home, stack);
    throw error;
  }
  const state = (await readState(home)) ?? claim;
  return { home, ports, state, adminKey: stack.secrets.adminKey, stack };
}

/** Stops a stack of ours and gives the home free. */
export async function closeStack(home: Home, stack: Stack): Promise<void> {
  await stack.stop();
  await removeState(home);
}

/** Prints addresses and a fresh link into the console, to a project when one is named. */
export async function greet(session: Session, progress: Progress, next: string, project?: string): Promise<void> {
  const { home, ports, state } = session;
  const urls = serviceUrls(ports);
  const consoleUrl = await consoleAddress(urls.console, session.adminKey);
  const loginUrl = await loginLink(urls.governance, consoleUrl, session.adminKey, project);
  const text = banner({
    version,
    home,
    ports,
    next,
    consoleUrl,
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...(state.kafka.openBrokers === undefined ? {} : { openBrokers: state.kafka.openBrokers }),
  });
  progress.ready(text, { urls, kafka: state.kafka, loginUrl, home: home.root, attached: session.stack === undefined });
}
