import type { TargetView } from '@drawbridge/contracts';

/** A version and the deployment that brought it to the endpoint. */
export interface Arm {
  readonly version: string;
  readonly deploymentId: string;
}

/** All of the traffic on one version. */
export function allOn(arm: Arm): TargetView[] {
  return [{ version: arm.version, weight: 100, variant: 'stable', deploymentId: arm.deploymentId }];
}

/** The traffic of a canary step: `weight` percent on the candidate, the rest on the stable version. */
export function shared(stable: Arm, candidate: Arm, weight: number): TargetView[] {
  return [
    { version: stable.version, weight: 100 - weight, variant: 'stable', deploymentId: stable.deploymentId },
    { version: candidate.version, weight, variant: 'candidate', deploymentId: candidate.deploymentId },
  ];
}

/** The version that serves when no rollout is on its way. */
export function stableOf(targets: readonly TargetView[]): Arm | undefined {
  const target = targets.find((each) => each.variant === 'stable');
  return target === undefined ? undefined : { version: target.version, deploymentId: target.deploymentId };
}
