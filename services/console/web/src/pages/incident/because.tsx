import type { ReactNode } from 'react';
import { interval, measure } from '../../parts/numbers.js';
import { Status } from '../../parts/status.js';
import type { IncidentEvidence } from './evidence-types.js';
import { versionName } from '../../parts/version-name.js';

/** The cause in one sentence, and whether going back would help. */
export function Because({ evidence, summary }: { evidence: IncidentEvidence; summary: string }): ReactNode {
  const first = evidence.detections[0];
  const feature =
    first === undefined ? undefined : [...first.features].filter(({ alarming }) => alarming).sort((a, b) => b.effect - a.effect)[0];
  return (
    <div className="stack tight">
      {first === undefined || feature === undefined ? (
        <p>{summary}</p>
      ) : (
        <p>
          Because <strong>{feature.feature}</strong> moved: effect <strong>{measure(feature.effect)}</strong> {interval(feature.interval)},
          statistic {measure(feature.statistic)} &gt; threshold {measure(feature.threshold)} ({feature.words ?? first.effect.words}), in{' '}
          {versionName(first.version)} ({first.variant}) on {first.endpoint}, n = {first.window.n.toLocaleString('en-GB')} against{' '}
          {first.baseline.n.toLocaleString('en-GB')} of the baseline; budget {measure(first.budget.spent)} spent of{' '}
          {measure(first.budget.atMost)} false alarm per {first.budget.per}.
        </p>
      )}
      <RollbackHelps evidence={evidence} />
    </div>
  );
}

function RollbackHelps({ evidence: { rollback, retraining, detections } }: { evidence: IncidentEvidence }): ReactNode {
  if (rollback !== undefined) {
    return (
      <p>
        <Status kind="ok">Rollback helps: yes</Status>. Candidate {versionName(rollback.from)} is off, stable {versionName(rollback.to)} is
        quiet in the same windows. {rollback.reason}
        {rollback.evidence.ruledOut.length === 0 ? '' : ` Ruled out: ${rollback.evidence.ruledOut.join('; ')}.`}
      </p>
    );
  }
  if (retraining !== undefined) {
    return (
      <p>
        <Status kind="watch">Rollback helps: no</Status>. Both versions moved in the same windows: the world changed, not the candidate.{' '}
        {retraining.cause.summary}
      </p>
    );
  }
  const arms = new Set(detections.map(({ variant }) => variant));
  return (
    <p>
      <Status kind="unknown">Rollback helps: no</Status>.{' '}
      {arms.has('candidate') ? 'No rollback has followed.' : 'Only the stable version serves; there is no candidate to take back.'}
    </p>
  );
}
