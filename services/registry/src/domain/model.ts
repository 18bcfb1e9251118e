import type { Actor, ContentRef, DatasetRef, EventMap, Signature } from '@drawbridge/contracts';

export type RiskClass = 'low' | 'medium' | 'high';
export const riskClasses: readonly RiskClass[] = ['low', 'medium', 'high'];

export interface Model {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly owner: string;
  readonly description: string;
  readonly riskClass: RiskClass;
  readonly tags: Readonly<Record<string, string>>;
  /** Alias → version. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly versionCount: number;
  readonly latestVersion?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The version an alias points at. An alias may have the name of something that every object inherits. */
export function versionOfAlias({ aliases }: Pick<Model, 'aliases'>, alias: string): string | undefined {
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
}

/** A registered version. Everything but `tags` and `aliases` is fixed for good. */
export interface Version {
  readonly id: string;
  readonly project: string;
  readonly modelId: string;
  readonly model: string;
  readonly version: string;
  /** Place in the order of registration within the model, from 1. */
  readonly ordinal: number;
  readonly artifact: { readonly sha256: string; readonly bytes: number; readonly format: string };
  readonly baseline?: { readonly sha256: string; readonly bytes: number };
  readonly signature: Signature;
  readonly flavour: string;
  readonly description: string;
  readonly author: Actor;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly datasets: readonly DatasetRef[];
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly runId?: string;
  readonly runUrl?: string;
  readonly gitCommit?: string;
  readonly gitUrl?: string;
  readonly traceId?: string;
  readonly createdAt: Date;
}

/** Where a content can be fetched, as a path below the registry's address. */
export function contentUri(sha256: string): string {
  return `/api/v1/artifacts/${sha256}`;
}

export function contentRef(content: { readonly sha256: string; readonly bytes: number }): ContentRef {
  return { uri: contentUri(content.sha256), sha256: content.sha256, bytes: content.bytes };
}

export function modelSubject(model: { readonly project: string; readonly name: string }): string {
  return `projects/${model.project}/models/${model.name}`;
}

export function versionSubject(version: { readonly project: string; readonly model: string; readonly version: string }): string {
  return `projects/${version.project}/models/${version.model}/versions/${version.version}`;
}

type Body<T extends keyof EventMap> = Omit<EventMap[T], 'id' | 'type' | 'time' | 'project' | 'source' | 'sequence' | 'actor'>;

/** The event that carries a new version to everyone who needs its evidence. */
export function registeredEvent(version: Version, riskClass: string): Body<'model.registered'> {
  return {
    modelId: version.modelId,
    model: version.model,
    version: version.version,
    artifact: { ...contentRef(version.artifact), format: version.artifact.format },
    signature: version.signature,
    flavour: version.flavour,
    author: version.author,
    ...(version.runId !== undefined && { runId: version.runId }),
    ...(version.runUrl !== undefined && { runUrl: version.runUrl }),
    ...(version.gitCommit !== undefined && { gitCommit: version.gitCommit }),
    ...(version.gitUrl !== undefined && { gitUrl: version.gitUrl }),
    datasets: version.datasets.map((dataset) => ({ ...dataset })),
    metrics: { ...version.metrics },
    parameters: { ...version.parameters },
    tags: { ...version.tags },
    riskClass,
    ...(version.baseline !== undefined && { baselineRef: contentRef(version.baseline) }),
  };
}

/** Newest versions that are looked at for the compacted document; older ones are read from the API. */
export const STATE_VERSIONS = 200;

/** An event holds 256 KiB at most; each part of the document keeps to its share, and the API has the rest. */
const STATE_BYTES = { versions: 120_000, tags: 60_000, aliases: 30_000 } as const;

/** The compacted document of a model: what a consumer that starts today needs to know. */
export function stateEvent(model: Model, newestFirst: readonly Version[]): Body<'model.state'> {
  const versions = newestFirst.slice(0, STATE_VERSIONS).map((version) => ({
    version: version.version,
    sha256: version.artifact.sha256,
    bytes: version.artifact.bytes,
    format: version.artifact.format,
    createdAt: version.createdAt.toISOString(),
    author: version.author,
    hasBaseline: version.baseline !== undefined,
  }));
  return {
    modelId: model.id,
    model: model.name,
    owner: model.owner,
    description: model.description,
    riskClass: model.riskClass,
    aliases: Object.fromEntries(fitting(Object.entries(model.aliases), STATE_BYTES.aliases)),
    tags: Object.fromEntries(fitting(Object.entries(model.tags), STATE_BYTES.tags)),
    versions: fitting(versions, STATE_BYTES.versions),
  };
}

/** The first items whose JSON stays within so many bytes. */
function fitting<T>(items: readonly T[], bytes: number): T[] {
  let used = 0;
  const end = items.findIndex((item) => (used += Buffer.byteLength(JSON.stringify(item)) + 1) > bytes);
  return items.slice(0, end < 0 ? items.length : end);
}
