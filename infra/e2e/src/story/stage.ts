import type { EndpointView, NewKeyView, PersonView } from '@drawbridge/contracts';
import { type FlightModel, flightModels, type Pipeline, Replay, type Target } from '@drawbridge/example-flights';
import { Api, ApiError, eventually } from '../outsider/api.js';
import { Tape } from '../outsider/tape.js';
import type { Report } from './report.js';

/** What the story is given: what any operator of an installation would hand to an outsider. */
export interface Given {
  readonly console: string;
  readonly serving: string;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly adminKey: string;
  /** A project that nobody has used yet. Default: a new one. */
  readonly project?: string;
}

/** What differs between the story and its control runs. */
export interface Variations {
  /** Pipelines by version; the story's version 2 has the clock mistake. */
  readonly pipelines?: Readonly<Record<string, Pipeline>>;
  /** Share of the flights that ask the model server. */
  readonly inferShare?: number;
}

const DAY_SECONDS = 86_400;

/** Fixed before the run and the same in every step. */
export const monitoring = {
  windowSeconds: DAY_SECONDS,
  latenessSeconds: 3600,
  horizonSeconds: 40 * DAY_SECONDS,
  idleSeconds: 2,
  materiality: 0.01,
  assurance: 0.9,
  budget: { atMost: 1, per: '30d' },
  minRows: 300,
  quietWindows: 3,
  labelCoverage: 0.95,
  labelHorizonSeconds: 20 * DAY_SECONDS,
} as const;

export const strategy = {
  kind: 'canary',
  steps: [
    { weight: 10, windows: 1, minSamples: 300 },
    { weight: 25, windows: 1, minSamples: 300 },
    { weight: 50, windows: 1, minSamples: 300 },
  ],
} as const;

/** The people, the project of this run, the traffic and the tape. */
export interface Stage {
  readonly report: Report;
  readonly run: string;
  /** Made by this run alone: names inside it are plain, and nothing of another run is in it. */
  readonly project: string;
  readonly model: string;
  readonly endpoint: string;
  readonly console: string;
  readonly serving: string;
  readonly keys: { readonly ana: string; readonly otto: string };
  readonly admin: Api;
  /** Trains and registers. May approve for others, never for herself. */
  readonly ana: Api;
  /** Approves. */
  readonly otto: Api;
  readonly ottoId: string;
  readonly tape: Tape;
  readonly replay: Replay;
  readonly models: Readonly<Record<string, FlightModel>>;
  readonly deployments: Map<string, string>;
}

const recorded = [
  'model.registered',
  'policy.evaluated',
  'approval.requested',
  'approval.decided',
  'approval.closed',
  'deployment.requested',
  'deployment.blocked',
  'deployment.started',
  'deployment.step.entered',
  'deployment.analyzed',
  'deployment.paused',
  'deployment.promoted',
  'deployment.rolledback',
  'retraining.requested',
  'endpoint.state',
  'window.closed',
  'drift.detected',
  'drift.resolved',
  'performance.measured',
  'performance.revised',
  'incident.opened',
] as const;

/** Sets the stage: persons with keys, a fresh project, a producer and a consumer that know the published contract only. */
export async function setStage(given: Given, report: Report, variations: Variations = {}): Promise<Stage> {
  const run = Date.now().toString(36);
  const project = given.project ?? `flights-${run}`;
  const model = 'flights';
  const endpoint = 'flights-eta';
  const admin = new Api(given.console, given.adminKey, project);
  const ana = await person(given, admin, `ana-${run}`, ['operator', 'approver', 'auditor']);
  const otto = await person(given, admin, `otto-${run}`, ['approver', 'auditor']);
  const producer = await machine(given, admin, `flights-client-${run}`, ['producer']);
  const tape = await Tape.start(given.brokers, recorded, { prefix: given.topicPrefix, project });
  const models = await flightModels();
  const replay = await Replay.open({
    brokers: given.brokers,
    topicPrefix: given.topicPrefix,
    project,
    model,
    endpoint,
    models: Object.fromEntries(
      Object.values(models).map(({ version, onnx, pipeline }) => [
        version,
        { onnx, pipeline: variations.pipelines?.[version] ?? pipeline },
      ]),
    ),
    infer: { serving: given.serving, token: producer.key, project, model, concurrency: 8, share: variations.inferShare ?? 0.005 },
  });
  return {
    report,
    run,
    project,
    model,
    endpoint,
    console: given.console,
    serving: given.serving,
    keys: { ana: ana.key, otto: otto.key },
    admin,
    ana: new Api(given.console, ana.key, project),
    otto: new Api(given.console, otto.key, project),
    ottoId: otto.principal.id,
    tape,
    replay,
    models,
    deployments: new Map(),
  };
}

export async function strikeStage(stage: Stage): Promise<void> {
  await stage.replay.close();
  await stage.tape.stop();
}

/** Address of a page of the console in this run's project. */
export function pageOf(stage: Pick<Stage, 'console' | 'project'>, path: string): string {
  return `${stage.console}${path}?project=${stage.project}`;
}

/** The routing as the client reads it before each simulated day, like any batch of requests would. */
export async function routing(stage: Stage): Promise<Target[]> {
  const { targets } = await stage.ana.get<EndpointView>(`/endpoints/${stage.endpoint}`);
  return targets.map(({ version, weight, variant }) => ({ version, weight, variant }));
}

async function person(given: Given, admin: Api, name: string, roles: string[]): Promise<NewKeyView> {
  const { id } = await admin.post<PersonView>('/persons', { name, roles });
  return known(given, await admin.post<NewKeyView>('/keys', { name: `${name}-key`, person: id, roles }));
}

async function machine(given: Given, admin: Api, name: string, roles: string[]): Promise<NewKeyView> {
  return known(given, await admin.post<NewKeyView>('/keys', { name, machine: name, roles }));
}

/** Keys travel to the services as events: wait until every one of them knows the new key. */
async function known(given: Given, key: NewKeyView): Promise<NewKeyView> {
  const api = new Api(given.console, key.key);
  for (const path of ['/whoami', '/models', '/endpoints', '/monitors', '/platform']) {
    await eventually(`key ${key.keyId} is known at ${path}`, async () => {
      try {
        await api.get(path);
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) return true;
        throw error;
      }
      return true;
    });
  }
  return key;
}
