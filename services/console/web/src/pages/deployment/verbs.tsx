import type { DeploymentVerb, DeploymentView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { useForbidden } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { ActionButton, Reasons } from '../../parts/action-button.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { versionName } from '../../parts/version-name.js';

interface Wording {
  readonly name: string;
  readonly effect: (deployment: DeploymentView) => string;
  readonly danger?: true;
}

const words: Readonly<Record<DeploymentVerb, Wording>> = {
  start: { name: 'Start', effect: ({ version }) => `${versionName(version)} gets its first share of the traffic.` },
  pause: { name: 'Pause', effect: ({ step }) => `It stays in step ${String(step + 1)}. Guards keep watching; nothing moves on by itself.` },
  resume: { name: 'Resume', effect: () => 'It goes on from where it stands.' },
  promote: { name: 'Promote', effect: ({ step }) => `It leaves step ${String(step + 1)} for the next without waiting for the guards.` },
  'skip-to-full': {
    name: 'Skip to 100 %',
    effect: ({ version }) => `${versionName(version)} gets all of the traffic at once, whatever the guards say.`,
    danger: true,
  },
  abort: {
    name: 'Abort',
    effect: ({ from, version }) =>
      `${versionName(version)} gets nothing${from === undefined ? '' : `; all traffic goes to ${versionName(from)}`}.`,
    danger: true,
  },
  rollback: { name: 'Roll back', effect: ({ from }) => `All traffic goes back to ${versionName(from ?? '?')}.`, danger: true },
  retry: { name: 'Retry', effect: ({ version }) => `A new deployment of ${versionName(version)} is requested; the gate judges it anew.` },
};

/** Every verb as a button. One that cannot be used now says why. */
export function Verbs({ deployment }: { deployment: DeploymentView }): ReactNode {
  const [verb, setVerb] = useState<DeploymentVerb>();
  const use = useAction<DeploymentView>();
  const forbidden = useForbidden('deployments.write');
  const all = (Object.keys(deployment.verbs) as DeploymentVerb[]).map((each) => {
    const { allowed, why } = deployment.verbs[each];
    return { verb: each, name: words[each].name, why: allowed ? forbidden : (why ?? 'not now') };
  });
  const close = (): void => {
    setVerb(undefined);
    use.reset();
  };
  const confirm = (reason: string): void => {
    if (verb === undefined) return;
    const body = reason === '' ? {} : { reason };
    use.mutate({ path: `/api/v1/deployments/${deployment.id}/${verb}`, body, done: `${words[verb].name}: done` }, { onSuccess: close });
  };
  return (
    <div className="stack tight">
      <div className="actions" role="group" aria-label="what can be done">
        {all.map(({ verb: each, name, why }) => (
          <ActionButton key={each} why={why} danger={words[each].danger === true && why === undefined} onAct={() => setVerb(each)}>
            {name}
          </ActionButton>
        ))}
      </div>
      <Reasons of={all} />
      {verb === undefined ? null : (
        <ReasonDialog
          title={`${words[verb].name}: ${versionName(deployment.version)} on ${deployment.endpoint}`}
          effect={<p>{words[verb].effect(deployment)}</p>}
          label="Reason"
          initial={verb === 'abort' || verb === 'rollback' ? 'stopped from the console' : ''}
          required
          confirm={words[verb].name}
          danger={words[verb].danger === true}
          busy={use.isPending}
          error={use.error}
          onConfirm={confirm}
          onClose={close}
        />
      )}
    </div>
  );
}
