import type { ApprovalView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { useForbidden } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { ActionButton, Reasons } from '../../parts/action-button.js';
import { ActorName } from '../../parts/actor.js';
import { ProblemNotice } from '../../parts/problem.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';
import { StateOf, Status } from '../../parts/status.js';
import { Time } from '../../parts/time.js';
import { versionName } from '../../parts/version-name.js';

/** One question to persons: what it is bound to, who answered, and the buttons to answer it. */
export function ApprovalCard({ approval }: { approval: ApprovalView }): ReactNode {
  const [asked, setAsked] = useState<'approved' | 'rejected'>();
  const answer = useAction<ApprovalView>();
  const forbidden = useForbidden('approvals.decide');
  const why = approval.status === 'pending' ? (approval.cannotDecide ?? forbidden) : `it is already ${approval.status}`;
  const given = approval.decisions.filter(({ decision }) => decision === 'approved').length;
  const close = (): void => {
    setAsked(undefined);
    answer.reset();
  };
  const decide = (comment: string): void => {
    if (asked === undefined) return;
    const action = {
      path: `/api/v1/approvals/${approval.id}/decisions`,
      body: { decision: asked, ...(comment === '' ? {} : { comment }) },
      done: `${approval.model} ${versionName(approval.version)} ${asked} for ${approval.environment}`,
    };
    answer.mutate(action, { onSuccess: close });
  };
  return (
    <div className="stack tight" data-approval={approval.id}>
      <p>
        <StateOf family="approvals" value={approval.status} /> for <strong>{approval.environment}</strong>, {given} of {approval.needed}{' '}
        needed
        {approval.reason === undefined ? '' : `: ${approval.reason}`}
      </p>
      <ul className="plain small">
        {approval.decisions.map((each) => (
          <li key={each.at}>
            <Status kind={each.decision === 'approved' ? 'ok' : each.decision === 'rejected' ? 'bad' : 'unknown'}>{each.decision}</Status>{' '}
            by <ActorName actor={each.responder} />, <Time at={each.at} />
            {each.comment === '' ? '' : `: “${each.comment}”`}
          </li>
        ))}
      </ul>
      <p className="small quiet">
        asked by <ActorName actor={approval.requestedBy} /> <Time at={approval.createdAt} />, author <ActorName actor={approval.author} />
      </p>
      <p className="small quiet">
        Bound to digest <code>{approval.bindsTo.artifactSha256.slice(0, 12)}…</code>, policy {approval.bindsTo.policyVersion},{' '}
        {approval.bindsTo.evidenceIds.length} pieces of evidence and environment {approval.bindsTo.environment}; expires{' '}
        <Time at={approval.expiresAt} />. Any change voids it.
      </p>
      {approval.status === 'pending' ? (
        <>
          <div className="actions">
            <ActionButton look="filled" why={why} onAct={() => setAsked('approved')}>
              Approve
            </ActionButton>
            <ActionButton why={why} onAct={() => setAsked('rejected')}>
              Reject
            </ActionButton>
          </div>
          <Reasons of={[{ name: 'Approve, Reject', why }]} />
        </>
      ) : null}
      {approval.status === 'rejected' || approval.status === 'expired' ? <AskAgain approval={approval} /> : null}
      {asked === undefined ? null : (
        <ReasonDialog
          title={`${asked === 'approved' ? 'Approve' : 'Reject'} ${approval.model} ${versionName(approval.version)}`}
          effect={
            <p>
              {asked === 'approved'
                ? `With ${String(approval.needed)} approval${approval.needed === 1 ? '' : 's'} this very artifact may be deployed to ${approval.environment}.`
                : `It may not be deployed to ${approval.environment} until somebody asks again.`}
            </p>
          }
          label="Comment"
          required={asked === 'rejected'}
          confirm={asked === 'approved' ? 'Approve' : 'Reject'}
          danger={asked === 'rejected'}
          busy={answer.isPending}
          error={answer.error}
          onConfirm={decide}
          onClose={close}
        />
      )}
    </div>
  );
}

/** A question that was answered with no, or by nobody in time, can be put again; the policy is asked anew. */
function AskAgain({ approval: { model, version, environment } }: { approval: ApprovalView }): ReactNode {
  const ask = useAction<ApprovalView>();
  const forbidden = useForbidden('deployments.write');
  return (
    <>
      <div className="actions">
        <ActionButton
          why={forbidden}
          busy={ask.isPending}
          onAct={() => ask.mutate({ path: '/api/v1/approvals', body: { model, version, environment }, done: 'Asked again' })}
        >
          Ask again
        </ActionButton>
      </div>
      <Reasons of={[{ name: 'Ask again', why: forbidden }]} />
      {ask.error === null ? null : <ProblemNotice error={ask.error} />}
    </>
  );
}
