import type {
  DeploymentStatus,
  DeploymentVerb,
  DeploymentView,
  EndpointView,
  RequestDeployment,
  RolloutStrategy,
} from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { listing, timeText } from '../listing.js';
import { plain } from '../output/plain.js';
import { one, type Shown } from '../output/shown.js';
import { parseCount, readDocument } from '../parse.js';
import { isId, parseReference } from '../reference.js';
import type { Session } from '../session.js';
import { deploymentColumns, deploymentView, endOf, stepText } from './deployment-view.js';
import { findVersion } from './version-view.js';

interface DeploymentListOptions extends ListOptions {
  readonly endpoint?: string;
  readonly model?: string;
  readonly status?: string;
}

interface CreateOptions {
  readonly direct?: boolean;
  readonly canary?: string;
  readonly windows: string;
  readonly minSamples: string;
  readonly strategy?: string;
  readonly hold?: boolean;
  readonly reason?: string;
}

/** The verbs in the words of the API and the console. */
const verbs = {
  start: 'begin what waits after the gate has allowed it',
  pause: 'stay in the current step',
  resume: 'go on',
  promote: 'go to the next step now',
  'skip-to-full': 'give the candidate all traffic now',
  abort: 'give up; the stable version gets all traffic',
  rollback: 'go back to the version before',
  retry: 'try the same again',
} as const satisfies Record<DeploymentVerb, string>;

/** The end that a verb aims at, where it is not the promotion. */
const wishes: Readonly<Record<string, DeploymentStatus>> = { abort: 'aborted', rollback: 'rolledback' };

const POLL_MS = 1000;
/** A version that was registered a moment ago may not have reached deployment yet. */
const ARRIVAL_MS = 10_000;

export const deployment: Register = (noun, define) => {
  define<DeploymentListOptions>(
    listFlags(
      noun
        .command('list')
        .description('deployments, newest first')
        .option('--endpoint <name>')
        .option('--model <NAME[@VERSION]>')
        .option('--status <status>', 'e.g. progressing'),
    ),
    (session, _args, { endpoint, model, status, ...options }) => {
      const reference = model === undefined ? undefined : parseReference(model);
      const query = { endpoint, status, model: reference?.model, version: reference?.version };
      const view = { columns: deploymentColumns, name: deploymentView.name, nothing: 'no deployments' };
      return listing<DeploymentView>(session.api, '/deployments', { ...options, query }, view);
    },
  );

  define(
    noun
      .command('get')
      .description('one deployment with guards, timeline and verbs')
      .argument('<DEPLOYMENT>', 'its id, or an endpoint: its newest'),
    async (session, [text = '']) => one(await find(session, text), deploymentView),
  );

  define<CreateOptions>(
    noun
      .command('create')
      .description('ask for a rollout; --wait waits until it has ended')
      .argument('<ENDPOINT>')
      .argument('<VERSION>', 'VERSION, NAME@VERSION or NAME@ALIAS')
      .option('--direct', 'all traffic at once')
      .option('--canary <percents>', 'steps, e.g. 10,25,50')
      .option('--windows <n>', 'with --canary: windows that must pass per step', '1')
      .option('--min-samples <n>', 'with --canary: rows a window needs to count', '300')
      .option('--strategy <file>', 'JSON or YAML with kind and steps')
      .option('--hold', 'wait for the verb start after the gate has allowed it')
      .option('--reason <text>'),
    create,
  );

  define(
    noun.command('watch').description('follow it until it has ended').argument('<DEPLOYMENT>', 'its id, or an endpoint: its newest'),
    async (session, [text = '']) => watch(session, await find(session, text)),
  );

  for (const [verb, about] of Object.entries(verbs)) {
    define<{ readonly reason?: string }>(
      noun
        .command(verb)
        .description(about)
        .argument('<DEPLOYMENT>', 'its id, or an endpoint: its newest')
        .option('--reason <text>', 'kept in the timeline and the audit log'),
      async (session, [text = ''], { reason }) => {
        const { id } = await find(session, text);
        const after = await session.api.post<DeploymentView>(`/deployments/${segment(id)}/${verb}`, reason === undefined ? {} : { reason });
        return session.globals.wait ? ended(session, after, wishes[verb]) : one(after, deploymentView);
      },
    );
  }
};

async function find(session: Session, text: string): Promise<DeploymentView> {
  if (isId(text)) return session.api.get<DeploymentView>(`/deployments/${text}`);
  const { items } = await session.api.get<{ items: DeploymentView[] }>('/deployments', { endpoint: text, limit: 1 });
  const [newest] = items;
  if (newest !== undefined) return session.api.get<DeploymentView>(`/deployments/${newest.id}`);
  throw new CliError(exit.notFound, {
    code: 'DBR-DEPLOYMENT-NOT-FOUND',
    message: `"${text}" is neither a deployment nor an endpoint with one`,
    fix: 'drawbridge deployment list',
  });
}

async function create(session: Session, [endpoint = '', text = '']: readonly string[], options: CreateOptions): Promise<Shown> {
  const strategy = await strategyOf(options);
  const body: RequestDeployment = {
    endpoint,
    version: await versionFor(session, endpoint, text),
    ...(strategy === undefined ? {} : { strategy }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.hold === true ? { hold: true } : {}),
  };
  const asked = await request(session, body);
  return session.globals.wait ? ended(session, asked) : one(asked, deploymentView);
}

/** `2` and `flights@2` name a version as they stand; an alias is looked up. */
async function versionFor(session: Session, endpoint: string, text: string): Promise<string> {
  if (!text.includes('@')) return text;
  const { model, version = '' } = parseReference(text);
  const target = await session.api.get<EndpointView>(`/endpoints/${segment(endpoint)}`);
  if (target.model !== model) throw usage(`endpoint ${endpoint} serves ${target.model}, not ${model}`, 'drawbridge endpoint list');
  return (await findVersion(session.api, { model, version })).version;
}

async function request(session: Session, body: RequestDeployment): Promise<DeploymentView> {
  const deadline = Date.now() + ARRIVAL_MS;
  for (;;) {
    try {
      return await session.api.post<DeploymentView>('/deployments', body);
    } catch (error) {
      const onItsWay = error instanceof CliError && error.exitCode === exit.notFound && error.object.retryable;
      if (!onItsWay || Date.now() > deadline) throw error;
      await session.pause(POLL_MS / 2);
    }
  }
}

async function strategyOf(options: CreateOptions): Promise<RolloutStrategy | undefined> {
  const { direct, canary, strategy } = options;
  if ([direct, canary, strategy].filter((each) => each !== undefined).length > 1)
    throw usage('give one of --direct, --canary and --strategy');
  if (direct === true) return { kind: 'direct', steps: [] };
  if (strategy !== undefined) return (await readDocument(strategy)) as RolloutStrategy;
  if (canary === undefined) return undefined;
  const windows = parseCount(options.windows, '--windows');
  const minSamples = parseCount(options.minSamples, '--min-samples', 1_000_000_000);
  return {
    kind: 'canary',
    steps: canary.split(',').map((text) => ({ weight: parseCount(text.trim(), '--canary', 100), windows, minSamples })),
  };
}

/** Waits until the rollout has ended; the exit code says whether as it was wished. */
async function ended(session: Session, asked: DeploymentView, wished: DeploymentStatus = 'promoted'): Promise<Shown> {
  session.note(`deployment ${asked.id} of ${asked.model}@${asked.version} on ${asked.endpoint}: ${asked.status}`);
  const last = await session.until(
    `the end of deployment ${asked.id}`,
    async () => {
      const now = await session.api.get<DeploymentView>(`/deployments/${asked.id}`);
      return endOf(now.status) === undefined ? undefined : now;
    },
    POLL_MS,
  );
  return one(last, {
    ...deploymentView,
    exit: last.status === wished ? exit.ok : (endOf(last.status) ?? exit.ok),
    note: `it is ${last.status}`,
  });
}

/** Prints what happens as it happens. Without `--wait` only Ctrl C ends it early. */
async function watch(session: Session, first: DeploymentView): Promise<Shown | undefined> {
  const stream = session.stream();
  const deadline = session.globals.wait ? Date.now() + session.timeoutMs : Number.POSITIVE_INFINITY;
  let seen = 0;
  let state = '';
  let now = first;
  try {
    for (;;) {
      for (const line of now.timeline.slice(seen)) {
        const text = `${timeText(line.at) ?? ''}  ${plain(line.text)}  (${plain(line.actor.name ?? line.actor.id)})`;
        await stream.item({ deploymentId: now.id, status: now.status, ...line }, text, line.eventId);
      }
      seen = now.timeline.length;
      const next = `${now.status}, step ${stepText(now)}`;
      if (next !== state) session.note(next);
      state = next;
      const end = endOf(now.status);
      if (end !== undefined) return { ...one(now, deploymentView), silent: true, exit: end };
      if (Date.now() >= deadline) throw session.late(`the end of deployment ${now.id}`);
      await session.pause(POLL_MS);
      now = await session.api.get<DeploymentView>(`/deployments/${now.id}`);
    }
  } finally {
    await stream.end();
  }
}
