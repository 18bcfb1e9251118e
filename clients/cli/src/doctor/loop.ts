import type { AccountingView, MonitorView, Page, PredictionView, VersionView } from '@drawbridge/contracts';
import { CliError, reasonOf } from '../errors.js';
import { exit } from '../exit.js';
import type { Session } from '../session.js';
import { bad, type Finding, good } from './finding.js';

/** The model that the start command registers for this purpose: one number in, its sigmoid out. */
const check = { project: 'platform', model: 'drawbridge-check', version: '1', input: 2, output: 1 / (1 + Math.exp(-2)) } as const;
const HOP_MS = 30_000;

interface InferAnswer {
  readonly parameters?: { readonly prediction_id?: string };
  readonly outputs: readonly { readonly data: readonly number[] }[];
}

/** Sends one prediction through the loop and times each hop. The first hop that fails ends it. */
export async function loopChecks(session: Session): Promise<Finding[]> {
  const key = session.settings.key?.value;
  if (key === undefined) return [bad('fail', 'loop', 'DBR-NOT-LOGGED-IN', 'the loop needs a key', 'drawbridge login')];
  const api = session.speakTo(`${session.settings.server.value}/api/v1`, key, check.project);
  const serving = session.speakTo(session.settings.serving.value, key, check.project);
  const findings: Finding[] = [];
  const hop = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    const begun = performance.now();
    try {
      const result = await work();
      findings.push(good(`loop ${name}`, `${Math.round(performance.now() - begun)} ms`));
      return result;
    } catch (error) {
      session.signal.throwIfAborted();
      findings.push(failedHop(name, error));
      return undefined;
    }
  };

  const version = await hop('register', () => api.get<VersionView>(`/models/${check.model}/versions/${check.version}`));
  if (version === undefined) return findings;
  const before = await counted(api);
  const predictionId = await hop('predict', async () => {
    const body = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [check.input] }] };
    const answer = await serving.post<InferAnswer>(`/v2/models/${check.model}/infer`, body, { repeatable: false });
    const score = answer.outputs[0]?.data[0] ?? Number.NaN;
    if (!(Math.abs(score - check.output) < 1e-6)) throw new Error(`the model answered ${score} to ${check.input}, not ${check.output}`);
    return answer.parameters?.prediction_id ?? '';
  });
  if (predictionId === undefined) return findings;
  const seen = await hop('event', () =>
    until(session, `prediction ${predictionId} to arrive at monitoring`, async () => {
      try {
        return await api.get<PredictionView>(`/predictions/${predictionId}`, { project: check.project });
      } catch (error) {
        if (error instanceof CliError && error.exitCode === exit.notFound) return undefined;
        throw error;
      }
    }),
  );
  if (seen === undefined) return findings;
  await hop('metric', () => until(session, 'the row to be counted', async () => ((await counted(api)) > before ? true : undefined)));
  return findings;
}

/** Rows of the check model that its monitor has counted. */
async function counted(api: Session['api']): Promise<number> {
  const { items } = await api.get<Page<MonitorView>>('/monitors', { model: check.model, project: check.project });
  const counts = await Promise.all(items.map(({ id }) => api.get<AccountingView>(`/monitors/${id}/accounting`)));
  return counts.reduce((sum, each) => sum + each.counted, 0);
}

async function until<T>(session: Session, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + HOP_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) throw new Error(`${what} took longer than ${HOP_MS / 1000} s`);
    await session.pause(50);
  }
}

function failedHop(name: string, error: unknown): Finding {
  const missing = name === 'register' && error instanceof CliError && error.exitCode === exit.notFound;
  if (missing) {
    return bad(
      'warn',
      'loop register',
      'DBR-CHECK-MISSING',
      `the model ${check.model} is not registered here`,
      'npm start registers it in its self-check',
    );
  }
  const detail = reasonOf(error);
  const fix =
    error instanceof CliError
      ? (error.object.fix ?? 'drawbridge status')
      : `drawbridge logs ${name === 'predict' ? 'serving' : 'monitoring'}`;
  return bad('fail', `loop ${name}`, 'DBR-CHECK-FAILED', detail, fix);
}
