import type { ReactNode } from 'react';
import { DeploymentLink, EventLink, TraceLink } from '../../parts/links.js';
import { Time } from '../../parts/time.js';
import type { TimelineEntry } from '../../parts/timeline.js';
import type { IncidentEvidence } from './evidence-types.js';
import { versionName } from '../../parts/version-name.js';

export interface AutomaticActionsProps {
  readonly evidence: IncidentEvidence;
  readonly timeline: readonly TimelineEntry[];
}

/** What Drawbridge did by itself, why, and how to take it back. */
export function AutomaticActions({ evidence: { rollback, retraining }, timeline }: AutomaticActionsProps): ReactNode {
  const traceOf = (type: string): string | undefined => timeline.find((entry) => entry.type === type)?.traceId;
  if (rollback?.automatic !== true && retraining === undefined) {
    return <p className="notice">Nothing was done automatically.</p>;
  }
  return (
    <div className="notice ok stack tight" data-automatic>
      {rollback?.automatic === true ? (
        <div>
          <strong>
            drawbridge/auto rolled {rollback.endpoint} back from {versionName(rollback.from)} to {versionName(rollback.to)}
            {rollback.tookMs > 0 ? ` in ${String(rollback.tookMs)} ms` : ''}
          </strong>
          , <Time at={rollback.time} />. Cause: <EventLink id={rollback.trigger.eventId}>{rollback.trigger.type}</EventLink>,{' '}
          <EventLink id={rollback.id}>event</EventLink>, <TraceLink id={traceOf('deployment.rolledback')} />. Undo: retry on the{' '}
          <DeploymentLink id={rollback.deploymentId}>deployment</DeploymentLink>.
        </div>
      ) : null}
      {retraining === undefined ? null : (
        <div>
          <strong>drawbridge/auto requested retraining of {retraining.model}</strong>, <Time at={retraining.time} />. Cause:{' '}
          <EventLink id={retraining.cause.eventId}>{retraining.cause.type}</EventLink>, data from {retraining.dataWindow.start.slice(0, 10)}{' '}
          to {retraining.dataWindow.end.slice(0, 10)}, <EventLink id={retraining.id}>event</EventLink>,{' '}
          <TraceLink id={traceOf('retraining.requested')} />
        </div>
      )}
    </div>
  );
}
