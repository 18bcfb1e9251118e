import { type DeploymentStatus, type DeploymentVerb, deploymentVerbs } from '@drawbridge/contracts';

/** What decides which verbs an operator may use. */
export interface VerbFacts {
  readonly status: DeploymentStatus;
  /** The gate allowed it, and it waits for a person to start it. */
  readonly held: boolean;
  /** There is a version to go back to. */
  readonly hasPredecessor: boolean;
  /** Its version is what the endpoint serves now. */
  readonly serving: boolean;
}

export type VerbAnswer = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

const yes: VerbAnswer = { allowed: true };
const no = (why: string): VerbAnswer => ({ allowed: false, why });

/** May this verb be used now, and if not, why. */
export function mayUse(verb: DeploymentVerb, facts: VerbFacts): VerbAnswer {
  const { status } = facts;
  const moving = status === 'progressing' || status === 'paused';
  switch (verb) {
    case 'start':
      if (status !== 'requested') return no(`it is ${status}`);
      return facts.held ? yes : no('it is not held, or the gate has not answered yet');
    case 'pause':
      return status === 'progressing' ? yes : no(`only a progressing rollout can be paused; it is ${status}`);
    case 'resume':
      return status === 'paused' ? yes : no(`only a paused rollout can be resumed; it is ${status}`);
    case 'promote':
    case 'skip-to-full':
      return moving ? yes : no(`only a rollout on its way can be promoted; it is ${status}`);
    case 'abort':
      return moving || status === 'requested' ? yes : no(`only a rollout on its way can be aborted; it is ${status}`);
    case 'rollback':
      if (!facts.hasPredecessor) return no('there is no version to go back to');
      if (moving) return yes;
      return status === 'promoted' && facts.serving ? yes : no(`only the serving version can be rolled back; it is ${status}`);
    case 'retry':
      return status === 'blocked' || status === 'aborted' || status === 'rolledback' || status === 'failed'
        ? yes
        : no(`only a deployment that ended without success can be retried; it is ${status}`);
  }
}

/** What to do instead of a verb that is refused. */
export function wayOut(facts: VerbFacts): string {
  const allowed = deploymentVerbs.filter((verb) => mayUse(verb, facts).allowed);
  return allowed.length > 0
    ? `allowed while it is ${facts.status}: ${allowed.join(', ')}`
    : `ask for a new deployment; this one is ${facts.status} and takes no verb`;
}

/** All verbs with their answers, for the page and the CLI. */
export function allVerbs(facts: VerbFacts): Record<DeploymentVerb, { allowed: boolean; why?: string }> {
  const entries = deploymentVerbs.map((verb): [DeploymentVerb, { allowed: boolean; why?: string }] => [verb, mayUse(verb, facts)]);
  return Object.fromEntries(entries) as Record<DeploymentVerb, { allowed: boolean; why?: string }>;
}
