import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import type { ArtifactRef, DecisionView, LineageView, PolicyView, RegisterVersion, VersionView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { collect, listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, reasonOf, usage } from '../errors.js';
import { exit } from '../exit.js';
import { listing, timeText } from '../listing.js';
import { one, type OneView, section, type Shown } from '../output/shown.js';
import { parseNumbers, parsePairs, readDocument } from '../parse.js';
import { parseReference, parseVersion } from '../reference.js';
import type { Session } from '../session.js';
import { findVersion, showVersion, versionColumns, versionView } from './version-view.js';

interface RegisterOptions {
  readonly artifact: string;
  readonly format: string;
  readonly signature?: string;
  readonly baseline?: string;
  readonly from?: string;
  readonly metric: readonly string[];
  readonly param: readonly string[];
  readonly tag: readonly string[];
  readonly run?: string;
  readonly runUrl?: string;
  readonly commit?: string;
  readonly gitUrl?: string;
  readonly description?: string;
  readonly environment?: string;
}

/** A model file may be large, and the line slow. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000;

export const version: Register = (noun, define) => {
  define<ListOptions & { readonly filter?: string }>(
    listFlags(
      noun
        .command('list')
        .description('versions of a model, newest first')
        .argument('<NAME>')
        .option('--filter <text>', `e.g. "metric.auc>=0.7 and tag.team='risk'"`),
    ),
    (session, [text = ''], options) => {
      const { model } = parseReference(text);
      const path = `/models/${segment(model)}/versions`;
      const view = { columns: versionColumns, name: versionView.name, nothing: 'no versions yet: drawbridge version register' };
      return listing<VersionView>(session.api, path, { ...options, query: { filter: options.filter } }, view);
    },
  );

  define(noun.command('get').description('one version').argument('<NAME@VERSION>'), (session, [text = '']) =>
    showVersion(session.api, parseVersion(text)),
  );

  define(
    noun.command('lineage').description('data, run, code, artifact, deployments').argument('<NAME@VERSION>'),
    async (session, [text = '']) => {
      const found = await findVersion(session.api, parseVersion(text));
      return one(await session.api.get<LineageView>(`${pathOf(found)}/lineage`), lineageView);
    },
  );

  define<RegisterOptions>(
    noun
      .command('register')
      .description('upload a model file and register it; with --wait the policy answers, and ends it with 8 when it says no')
      .argument('<NAME[@VERSION]>', 'without a version: the next number')
      .requiredOption('--artifact <file>', 'the model file')
      .option('--format <format>', 'format of the file', 'onnx')
      .option('--signature <file>', 'JSON or YAML with inputs, outputs and prediction')
      .option('--baseline <file>', 'JSON with a sample or a profile of the training data')
      .option('--from <file>', 'JSON or YAML with any fields of the registration; flags win')
      .option('--metric <name=number>', 'may be repeated', collect, [])
      .option('--param <name=value>', 'may be repeated', collect, [])
      .option('--tag <key=value>', 'may be repeated', collect, [])
      .option('--run <id>', 'training run')
      .option('--run-url <url>')
      .option('--commit <sha>', 'git commit')
      .option('--git-url <url>')
      .option('--description <text>')
      .option('--environment <name>', 'with --wait: only the policy of this environment; default: of all'),
    register,
  );
};

async function register(session: Session, [text = '']: readonly string[], options: RegisterOptions): Promise<Shown> {
  const { model, version: wanted } = parseReference(text);
  const details = await detailsOf(options);
  const { signature } = details;
  if (signature === undefined) throw usage('the version needs a signature', 'give --signature file.json, or a file with one in --from');
  const artifact = await upload(session, options.artifact);
  const baseline = options.baseline === undefined ? undefined : await sendBaseline(session, options.baseline);
  const body: RegisterVersion = {
    ...details,
    signature,
    ...(wanted === undefined ? {} : { version: wanted }),
    artifact: { sha256: artifact.sha256, format: options.format },
    ...(baseline === undefined ? {} : { baseline }),
  };
  const made = await session.api.post<VersionView>(`/models/${segment(model)}/versions`, body);
  session.note(`registered ${made.model}@${made.version}`);
  if (!session.globals.wait) return one(made, versionView);
  const decisions = await policyAnswers(session, made, options.environment);
  const words = decisions.map(
    ({ environment, verdict, approvalId }) => `${environment} ${verdict}${approvalId === undefined ? '' : ` (approval ${approvalId})`}`,
  );
  const denied = decisions.some(({ verdict }) => verdict === 'deny');
  return one(made, { ...versionView, note: `policy: ${words.join(', ')}`, ...(denied ? { exit: exit.refused } : {}) });
}

async function detailsOf(options: RegisterOptions): Promise<Partial<RegisterVersion>> {
  const file = options.from === undefined ? {} : ((await readDocument(options.from)) as Partial<RegisterVersion> | null);
  if (typeof file !== 'object' || file === null || Array.isArray(file)) throw usage(`${options.from ?? ''} holds no object`);
  const { run, runUrl, commit, gitUrl, description } = options;
  return {
    ...file,
    ...(options.signature === undefined ? {} : { signature: (await readDocument(options.signature)) as RegisterVersion['signature'] }),
    ...(options.metric.length === 0 ? {} : { metrics: { ...file.metrics, ...parseNumbers(options.metric, '--metric') } }),
    ...(options.param.length === 0 ? {} : { parameters: { ...file.parameters, ...parsePairs(options.param, '--param') } }),
    ...(options.tag.length === 0 ? {} : { tags: { ...file.tags, ...parsePairs(options.tag, '--tag') } }),
    ...(run === undefined ? {} : { runId: run }),
    ...(runUrl === undefined ? {} : { runUrl }),
    ...(commit === undefined ? {} : { gitCommit: commit }),
    ...(gitUrl === undefined ? {} : { gitUrl }),
    ...(description === undefined ? {} : { description }),
  };
}

/** The digest is taken here and checked there, so that a broken upload is never registered. */
async function upload(session: Session, file: string): Promise<ArtifactRef> {
  const sha256 = await digestOf(file);
  const blob = await openAsBlob(file, { type: 'application/octet-stream' });
  const headers = { 'content-type': 'application/octet-stream', 'x-content-sha256': sha256 };
  const stored = await session.api.post<ArtifactRef>('/artifacts', blob, { headers, timeoutMs: UPLOAD_TIMEOUT_MS });
  if (stored.sha256 !== sha256) {
    throw new CliError(exit.failed, {
      code: 'DBR-ARTIFACT-DIGEST',
      message: `the registry stored ${stored.sha256}, but the file is ${sha256}`,
      fix: 'repeat the command; do not change the file meanwhile',
    });
  }
  session.note(`uploaded ${file}: ${blob.size} bytes, sha256 ${sha256}`);
  return stored;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    throw usage(`${file} cannot be read: ${reasonOf(error)}`, 'check --artifact');
  }
  return hash.digest('hex');
}

async function sendBaseline(session: Session, file: string): Promise<{ sha256: string }> {
  const { sha256, n } = await session.api.post<{ sha256: string; n: number }>('/baselines', await readDocument(file), {
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  session.note(`baseline of ${n} rows: sha256 ${sha256}`);
  return { sha256 };
}

/** What the policies say to the version, one answer per governed environment. */
async function policyAnswers(session: Session, made: VersionView, environment: string | undefined): Promise<DecisionView[]> {
  const { items: policies } = await session.api.items<PolicyView>('/policies', {}, 200);
  const governed = policies.filter(({ mode }) => mode !== 'off').flatMap(({ environments }) => environments);
  const wanted = environment === undefined ? [...new Set(governed)] : [environment];
  const query = { model: made.model, version: made.version };
  return session.until(`an answer of the policy for ${wanted.join(', ')}`, async () => {
    const { items } = await session.api.items<DecisionView>('/decisions', query, 200);
    const newest = wanted.map((each) => items.find((decision) => decision.action === 'version.register' && decision.environment === each));
    const known = newest.filter((decision) => decision !== undefined);
    return known.length === wanted.length ? known : undefined;
  });
}

function pathOf(found: VersionView): string {
  return `/models/${segment(found.model)}/versions/${segment(found.version)}`;
}

const lineageView: OneView<LineageView> = {
  columns: [
    { title: 'VERSION', of: (lineage) => `${lineage.model}@${lineage.version}` },
    { title: 'RUN', of: (lineage) => lineage.run && [lineage.run.id, lineage.run.url].filter(Boolean).join('  ') },
    { title: 'COMMIT', of: (lineage) => lineage.git && [lineage.git.commit, lineage.git.url].filter(Boolean).join('  ') },
    { title: 'ARTIFACT', of: (lineage) => `sha256:${lineage.artifact.sha256}` },
    { title: 'BASELINE', of: (lineage) => (lineage.baseline === undefined ? undefined : `sha256:${lineage.baseline.sha256}`) },
  ],
  name: (lineage) => `${lineage.model}@${lineage.version}`,
  sections: (lineage) => [
    section('Data', lineage.datasets, [
      { title: 'NAME', of: (data) => data.name },
      { title: 'ROLE', of: (data) => data.role },
      { title: 'ROWS', of: (data) => data.rows, right: true },
      { title: 'DIGEST', of: (data) => data.digest },
    ]),
    section('Deployments', lineage.deployments, [
      { title: 'DEPLOYMENT', of: (deployment) => deployment.deploymentId },
      { title: 'ENDPOINT', of: (deployment) => deployment.endpoint },
      { title: 'STATUS', of: (deployment) => deployment.status, status: true },
      { title: 'AT', of: (deployment) => timeText(deployment.at) },
    ]),
  ],
};
