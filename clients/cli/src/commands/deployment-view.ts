import type { DeploymentStatus, DeploymentView } from '@drawbridge/contracts';
import { type ExitCode, exit } from '../exit.js';
import { timeText } from '../listing.js';
import { type Column, type OneView, section } from '../output/shown.js';

export const deploymentColumns: readonly Column<DeploymentView>[] = [
  { title: 'DEPLOYMENT', of: (deployment) => deployment.id },
  { title: 'ENDPOINT', of: (deployment) => deployment.endpoint },
  { title: 'VERSION', of: (deployment) => `${deployment.model}@${deployment.version}` },
  { title: 'FROM', of: (deployment) => deployment.from },
  { title: 'STATUS', of: (deployment) => deployment.status, status: true },
  { title: 'STEP', of: stepText },
  { title: 'UPDATED', of: (deployment) => timeText(deployment.updatedAt) },
  { title: 'BY', of: (deployment) => deployment.requestedBy.name ?? deployment.requestedBy.id, wide: true },
  { title: 'WHY', of: whyText, wide: true },
];

export function stepText({ strategy, step, status, windowsPassed }: DeploymentView): string {
  if (strategy.kind === 'direct' || strategy.steps.length === 0) return 'direct';
  const current = strategy.steps[step];
  const place = `${Math.min(step + 1, strategy.steps.length)}/${strategy.steps.length}`;
  if (status !== 'progressing' && status !== 'paused') return place;
  return current === undefined ? place : `${place} ${current.weight} %, window ${windowsPassed}/${current.windows}`;
}

/** The reason of a blocked deployment is its reasons in one text: what is in it already is not said again. */
export function whyText({ statusReason = '', reasons }: Pick<DeploymentView, 'statusReason' | 'reasons'>): string {
  return [statusReason, ...reasons.filter((reason) => !statusReason.includes(reason))].filter((text) => text !== '').join('; ');
}

export const deploymentView: OneView<DeploymentView> = {
  columns: deploymentColumns,
  name: (deployment) => deployment.id,
  sections: (deployment) => [
    section('Traffic', deployment.targets, [
      { title: 'VERSION', of: (target) => target.version },
      { title: 'WEIGHT', of: (target) => `${target.weight} %`, right: true },
      { title: 'VARIANT', of: (target) => target.variant },
    ]),
    section('Guards at the last evaluation', deployment.analyses.at(-1)?.checks ?? [], [
      { title: 'GUARD', of: (check) => check.guard },
      { title: 'CANDIDATE', of: (check) => figure(check.candidate), right: true },
      { title: 'STABLE', of: (check) => figure(check.stable), right: true },
      { title: 'BOUND', of: (check) => check.bound },
      { title: 'ROWS', of: (check) => check.candidateRows, right: true },
      { title: 'VERDICT', of: (check) => check.verdict, status: true },
      { title: 'WHY', of: (check) => check.why },
    ]),
    section('Timeline', deployment.timeline, [
      { title: 'AT', of: (line) => timeText(line.at) },
      { title: 'WHAT', of: (line) => line.text },
      { title: 'BY', of: (line) => line.actor.name ?? line.actor.id },
    ]),
    section(
      'Verbs',
      Object.entries(deployment.verbs).filter(([, verb]) => verb.allowed),
      [{ title: 'POSSIBLE NOW', of: ([name]) => `drawbridge deployment ${name} ${deployment.id}` }],
    ),
  ],
};

function figure(value: number | null): string | undefined {
  return value === null ? undefined : String(Number(value.toPrecision(4)));
}

/** How a rollout that has ended speaks to scripts; undefined while it is on its way. */
const ends: Readonly<Record<DeploymentStatus, ExitCode | undefined>> = {
  requested: undefined,
  progressing: undefined,
  paused: undefined,
  promoted: exit.ok,
  // The gate before it, or the guards during it, said no.
  blocked: exit.refused,
  rolledback: exit.refused,
  aborted: exit.failed,
  failed: exit.failed,
  superseded: exit.failed,
};

export function endOf(status: DeploymentStatus): ExitCode | undefined {
  return ends[status];
}
