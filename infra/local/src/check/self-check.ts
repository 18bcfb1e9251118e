import type { AccountingView, EndpointView, MonitorView, Page } from '@drawbridge/contracts';
import { LocalError } from '../errors.js';
import { messageOf } from '../failure.js';
import { checkAnswer, checkModel, checkNames, checkVersion } from './check-model.js';
import { Rest, RestError } from './rest.js';

export interface CheckTarget {
  readonly console: string;
  readonly serving: string;
  /** A key with the roles operator, producer and viewer. */
  readonly key: string;
  readonly timeoutMs?: number;
}

interface InferAnswer {
  readonly outputs: readonly { readonly data: readonly number[] }[];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again while the answer is undefined or the thing is not there yet: events are on their way. */
async function eventually<T>(deadline: number, ask: () => Promise<T | undefined>): Promise<T> {
  let last = 'nothing yet';
  do {
    try {
      const found = await ask();
      if (found !== undefined) return found;
    } catch (error) {
      if (error instanceof RestError && ![404, 409, 429, 502, 503].includes(error.status)) throw error;
      last = messageOf(error);
    }
    await pause(100);
  } while (Date.now() < deadline);
  throw new Error(last);
}

/** Says yes to a creation that was done in an earlier run. */
async function unlessThere<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof RestError && error.status === 409) return undefined;
    throw error;
  });
}

async function register(api: Rest): Promise<void> {
  const { model, version } = checkNames;
  await unlessThere(
    api.post('/models', { name: model, description: 'The self-check of the start command.', owner: 'self-check', riskClass: 'low' }),
  );
  const there = await api.get(`/models/${model}/versions/${version}`).catch((error: unknown) => {
    if (error instanceof RestError && error.status === 404) return undefined;
    throw error;
  });
  if (there !== undefined) return;
  await api.upload('/artifacts', checkModel);
  await unlessThere(api.post(`/models/${model}/versions`, checkVersion));
}

async function deploy(api: Rest, deadline: number): Promise<void> {
  const { endpoint, model, version } = checkNames;
  const target = await eventually(deadline, () =>
    api.get<EndpointView>(`/endpoints/${endpoint}`).catch(async (error: unknown) => {
      if (!(error instanceof RestError) || error.status !== 404) throw error;
      return unlessThere(api.post<EndpointView>('/endpoints', { name: endpoint, environment: 'development', model }));
    }),
  );
  if (target.targets.some((known) => known.version === version)) return;
  await eventually(deadline, () => api.post('/deployments', { endpoint, version, strategy: { kind: 'direct', steps: [] } }));
}

async function predict(serving: Rest, deadline: number): Promise<void> {
  const { input, output, tolerance } = checkAnswer;
  const body = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [input] }] };
  const answer = await eventually(deadline, () => serving.post<InferAnswer>(`/v2/models/${checkNames.model}/infer`, body));
  const score = answer.outputs[0]?.data[0];
  if (score === undefined || Math.abs(score - output) > tolerance)
    throw new Error(`the model answered ${score} to ${input}, not ${output}`);
}

async function counted(api: Rest): Promise<number | undefined> {
  const { items } = await api.get<Page<MonitorView>>(`/monitors?model=${checkNames.model}`);
  const monitor = items.find((item) => item.model === checkNames.model);
  if (monitor === undefined) return undefined;
  return (await api.get<AccountingView>(`/monitors/${monitor.id}/accounting`)).counted;
}

/** The value of a counter in Prometheus text, summed over its series of the check model. */
export function counterOf(text: string, name: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(`model="${checkNames.model}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/**
 * Walks the loop once, as an outsider would: a model is registered and deployed, it predicts, its event is counted and its
 * metric can be scraped. Only the first run of an installation registers anything.
 */
export async function selfCheck(target: CheckTarget): Promise<{ detail: string }> {
  const deadline = Date.now() + (target.timeoutMs ?? 60_000);
  const headers = { authorization: `Bearer ${target.key}`, 'x-drawbridge-project': checkNames.project };
  const api = new Rest(`${target.console}/api/v1`, headers);
  const serving = new Rest(target.serving, headers);
  let step = 'register';
  try {
    await eventually(deadline, () => register(api).then(() => true));
    step = 'deploy';
    await deploy(api, deadline);
    step = 'predict';
    const before = (await counted(api).catch(() => undefined)) ?? 0;
    await predict(serving, deadline);
    step = 'event';
    await eventually(deadline, async () => (((await counted(api)) ?? 0) > before ? true : undefined));
    step = 'metric';
    const rows = counterOf(await serving.text('/metrics'), 'drawbridge_serving_rows_total');
    if (rows < 1) throw new Error(`drawbridge_serving_rows_total of ${checkNames.model} is ${rows}`);
  } catch (error) {
    throw new LocalError('DBR-CHECK-FAILED', `${step}: ${messageOf(error)}`, [], { cause: error });
  }
  return { detail: 'register > deploy > predict > event > metric' };
}
