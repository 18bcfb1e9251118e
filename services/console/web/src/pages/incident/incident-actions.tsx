import type { IncidentView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { useForbidden } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { ActionButton, Reasons } from '../../parts/action-button.js';
import { ProblemNotice } from '../../parts/problem.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';

/** Take it, or say that it is over and why. */
export function IncidentActions({ incident }: { incident: IncidentView }): ReactNode {
  const [resolving, setResolving] = useState(false);
  const act = useAction<IncidentView>();
  const forbidden = useForbidden('incidents.write');
  const over = incident.status === 'resolved' ? 'it is already resolved' : undefined;
  const taken =
    incident.acknowledgedBy === undefined
      ? undefined
      : `${incident.acknowledgedBy.name ?? incident.acknowledgedBy.id} has already taken it`;
  const path = `/api/v1/incidents/${incident.id}`;
  const cannot = { acknowledge: over ?? taken ?? forbidden, resolve: over ?? forbidden };
  const close = (): void => {
    setResolving(false);
    act.reset();
  };
  return (
    <div className="stack tight">
      <div className="actions" role="group" aria-label="what can be done">
        <ActionButton
          look="filled"
          why={cannot.acknowledge}
          onAct={() => act.mutate({ path: `${path}/acknowledge`, done: 'You took the incident' })}
        >
          Acknowledge
        </ActionButton>
        <ActionButton why={cannot.resolve} onAct={() => setResolving(true)}>
          Resolve
        </ActionButton>
      </div>
      <Reasons
        of={[
          { name: 'Acknowledge', why: cannot.acknowledge },
          { name: 'Resolve', why: cannot.resolve },
        ]}
      />
      {act.error === null || resolving ? null : <ProblemNotice error={act.error} />}
      {resolving ? (
        <ReasonDialog
          title="Resolve the incident"
          effect={<p>It leaves the attention list. Its evidence stays as it is.</p>}
          label="What was it, and why is it over?"
          required
          confirm="Resolve"
          busy={act.isPending}
          error={act.error}
          onConfirm={(reason) => act.mutate({ path: `${path}/resolve`, body: { reason }, done: 'Resolved' }, { onSuccess: close })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
