import type { VersionView } from '@drawbridge/contracts';
import { type Api, segment } from '../client/api.js';
import { CliError } from '../errors.js';
import { exit } from '../exit.js';
import { timeText } from '../listing.js';
import { type Column, one, type OneView, section, type Shown } from '../output/shown.js';
import { mayBeAlias, type Reference } from '../reference.js';

export const versionColumns: readonly Column<VersionView>[] = [
  { title: 'VERSION', of: (version) => `${version.model}@${version.version}` },
  { title: 'ALIASES', of: (version) => version.aliases.join(', ') },
  { title: 'AUTHOR', of: (version) => version.author.name ?? version.author.id },
  { title: 'METRICS', of: (version) => metricsText(version.metrics) },
  { title: 'CREATED', of: (version) => timeText(version.createdAt) },
  {
    title: 'BASELINE',
    of: (version) => (version.baselineRef === undefined ? 'none' : version.baselineRef.sha256.slice(0, 12)),
    wide: true,
  },
  { title: 'ARTIFACT', of: (version) => `${version.artifact.format} sha256:${version.artifact.sha256}`, wide: true },
  { title: 'BYTES', of: (version) => version.artifact.bytes, wide: true, right: true },
  { title: 'RUN', of: (version) => version.runId, wide: true },
  { title: 'COMMIT', of: (version) => version.gitCommit, wide: true },
  { title: 'DESCRIPTION', of: (version) => version.description, wide: true },
  { title: 'TRACE', of: (version) => version.traceId, wide: true },
];

export const versionView: OneView<VersionView> = {
  columns: versionColumns,
  name: (version) => `${version.model}@${version.version}`,
  sections: (version) => [
    section('Inputs', version.signature.inputs, tensorColumns),
    section('Outputs', version.signature.outputs, tensorColumns),
    section('Data', version.datasets, [
      { title: 'NAME', of: (data) => data.name },
      { title: 'ROLE', of: (data) => data.role },
      { title: 'ROWS', of: (data) => data.rows, right: true },
      { title: 'DIGEST', of: (data) => data.digest },
    ]),
  ],
};

const tensorColumns: readonly Column<{ name: string; datatype: string; shape: number[] }>[] = [
  { title: 'NAME', of: (tensor) => tensor.name },
  { title: 'TYPE', of: (tensor) => tensor.datatype },
  { title: 'SHAPE', of: (tensor) => tensor.shape.join(' × ') },
];

function metricsText(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toPrecision(4)}`)
    .join(', ');
}

/** The version of that name, else the one its alias points at. */
export async function findVersion(api: Api, { model, version }: Required<Reference>): Promise<VersionView> {
  const path = `/models/${segment(model)}/versions/`;
  try {
    return await api.get<VersionView>(`${path}${segment(version)}`);
  } catch (error) {
    const missing = error instanceof CliError && error.exitCode === exit.notFound && error.object.code === 'DBR-VERSION-NOT-FOUND';
    if (!missing || !mayBeAlias(version)) throw error;
    return api.get<VersionView>(`${path}${segment(`@${version}`)}`);
  }
}

export async function showVersion(api: Api, reference: Required<Reference>): Promise<Shown> {
  return one(await findVersion(api, reference), versionView);
}
