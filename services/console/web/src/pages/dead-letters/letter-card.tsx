import type { DeadLetterView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { useForbidden } from '../../api/session.js';
import { useAction } from '../../api/use-action.js';
import { ActionButton, Reasons } from '../../parts/action-button.js';
import { Id } from '../../parts/copy.js';
import { Facts } from '../../parts/facts.js';
import { EventLink } from '../../parts/links.js';
import { bytes } from '../../parts/numbers.js';
import { ProblemNotice } from '../../parts/problem.js';
import { ReasonDialog } from '../../parts/reason-dialog.js';

/** One message with all that is known of it; handle it again, or give it up with a reason. */
export function LetterCard({ service, letter }: { service: string; letter: DeadLetterView }): ReactNode {
  const [discarding, setDiscarding] = useState(false);
  const act = useAction<DeadLetterView>();
  const forbidden = useForbidden('deadletters.manage');
  const why = letter.status === 'open' ? forbidden : `it is already ${letter.status}`;
  const path = `/api/v1/services/${service}/dead-letters/${letter.id}`;
  const close = (): void => {
    setDiscarding(false);
    act.reset();
  };
  return (
    <div className="notice stack tight">
      <Facts
        of={{
          error: letter.error,
          group: letter.group,
          event: letter.eventId === undefined ? undefined : <EventLink id={letter.eventId}>{letter.eventId}</EventLink>,
          key: letter.key,
          size: bytes(letter.bytes),
          sha256: <Id value={letter.sha256} />,
          id: <Id value={letter.id} />,
        }}
      />
      <pre tabIndex={0} role="region" aria-label="payload" style={{ maxHeight: 260, overflow: 'auto' }}>
        {letter.withheld === true ? 'Only who may read the audit log sees what a message of this topic holds.' : letter.payload}
      </pre>
      <div className="actions">
        <ActionButton why={why} onAct={() => act.mutate({ path: `${path}/replay`, done: 'Handled again, with the same event id' })}>
          Replay
        </ActionButton>
        <ActionButton why={why} danger={why === undefined} onAct={() => setDiscarding(true)}>
          Discard
        </ActionButton>
      </div>
      <Reasons of={[{ name: 'Replay, Discard', why }]} />
      {act.error === null || discarding ? null : <ProblemNotice error={act.error} />}
      {discarding ? (
        <ReasonDialog
          title="Discard the message"
          effect={<p>It is never handled. The reason goes to the audit log.</p>}
          label="Why may it be forgotten?"
          required
          danger
          confirm="Discard"
          busy={act.isPending}
          error={act.error}
          onConfirm={(reason) => act.mutate({ path: `${path}/discard`, body: { reason }, done: 'Discarded' }, { onSuccess: close })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
