import type { Actor, EventMap } from '@drawbridge/contracts';
import type { PolicyAction } from './policy.js';

/** What governance keeps of a registered version: the facts that rules are asked about. */
export interface VersionFacts {
  readonly project: string;
  readonly modelId: string;
  readonly model: string;
  readonly version: string;
  readonly author: Actor;
  readonly registered: EventMap['model.registered'];
  readonly owner?: string;
  readonly riskClass?: string;
}

export interface EvidenceRequest {
  readonly action: PolicyAction;
  readonly environment: string;
  readonly facts: VersionFacts;
  readonly deployment?: EventMap['deployment.requested'];
}

export type EvidenceValue = string | number | boolean | null | readonly EvidenceValue[] | { readonly [key: string]: EvidenceValue };
export type Evidence = Readonly<Record<string, EvidenceValue>>;

function present(value: { readonly [key: string]: EvidenceValue | undefined }): { readonly [key: string]: EvidenceValue } {
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, EvidenceValue] => entry[1] !== undefined));
}

function actorOf(actor: Actor): EvidenceValue {
  return present({ type: actor.type, id: actor.id, name: actor.name });
}

/** The document that a policy's expressions read. A fact that was not given is absent, so that asking for it is an error, not a yes. */
export function evidenceOf({ action, environment, facts, deployment }: EvidenceRequest): Evidence {
  const { registered } = facts;
  const evidence: Record<string, EvidenceValue> = {
    action,
    environment,
    model: present({ id: facts.modelId, name: facts.model, owner: facts.owner, riskClass: facts.riskClass }),
    version: present({
      version: facts.version,
      author: actorOf(facts.author),
      artifact: present({ sha256: registered.artifact.sha256, bytes: registered.artifact.bytes, format: registered.artifact.format }),
      signature: present({
        inputs: registered.signature.inputs.map((tensor) => ({ name: tensor.name, datatype: tensor.datatype })),
        outputs: registered.signature.outputs.map((tensor) => ({ name: tensor.name, datatype: tensor.datatype })),
        prediction: registered.signature.prediction === undefined ? undefined : present({ task: registered.signature.prediction.task }),
      }),
      flavour: registered.flavour,
      runId: registered.runId,
      gitCommit: registered.gitCommit,
      metrics: registered.metrics,
      parameters: registered.parameters,
      tags: registered.tags ?? {},
      datasets: registered.datasets.map((dataset) =>
        present({ name: dataset.name, digest: dataset.digest, rows: dataset.rows, role: dataset.role }),
      ),
      baseline:
        registered.baselineRef === undefined
          ? undefined
          : present({ sha256: registered.baselineRef.sha256, bytes: registered.baselineRef.bytes }),
    }),
  };
  if (deployment !== undefined) {
    evidence['deployment'] = present({
      id: deployment.deploymentId,
      endpoint: deployment.endpoint,
      artifactSha256: deployment.artifactSha256,
      requestedBy: actorOf(deployment.requestedBy),
      strategy: present({
        kind: deployment.strategy.kind,
        steps: deployment.strategy.steps.map((step) => ({ weight: step.weight, windows: step.windows, minSamples: step.minSamples })),
      }),
    });
  }
  return evidence;
}

/** What an approval is given on, by content: the announcement, the baseline and the data sets. */
export function evidenceIdsOf(facts: VersionFacts): string[] {
  const { registered } = facts;
  return [
    `event:${registered.id}`,
    ...(registered.baselineRef === undefined ? [] : [`baseline:${registered.baselineRef.sha256}`]),
    ...registered.datasets.map((dataset) => `dataset:${dataset.digest}`),
  ];
}

/** Is the dotted path there? */
export function holdsPath(evidence: Evidence, path: string): boolean {
  let value: EvidenceValue | undefined = evidence;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
    // Names of metrics and tags are users' words: one may be that of something every object inherits.
    if (!Object.hasOwn(value, part)) return false;
    value = (value as { readonly [key: string]: EvidenceValue })[part];
    if (value === undefined) return false;
  }
  return true;
}
