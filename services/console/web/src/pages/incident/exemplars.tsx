import type { Exemplar, PredictionView } from '@drawbridge/contracts';
import { type ReactNode, useState } from 'react';
import { segment } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';
import { TraceLink } from '../../parts/links.js';
import { measure } from '../../parts/numbers.js';
import { ProblemNotice } from '../../parts/problem.js';

/** Single predictions that carry the move, with their traces. */
export function Exemplars({ exemplars }: { exemplars: readonly Exemplar[] }): ReactNode {
  const [shown, setShown] = useState<string>();
  if (exemplars.length === 0) return <p className="quiet">No single predictions were kept.</p>;
  return (
    <div className="stack tight">
      <h3>Predictions that show it</h3>
      <ul className="plain small exemplars">
        {exemplars.map(({ predictionId, traceId, contribution }) => (
          <li key={predictionId}>
            <button
              type="button"
              className="link-button"
              aria-expanded={shown === predictionId}
              onClick={() => setShown(shown === predictionId ? undefined : predictionId)}
            >
              <code>{predictionId}</code>
            </button>{' '}
            {contribution === undefined ? '' : `× ${measure(contribution)} `}
            {traceId === undefined ? <span className="quiet">no trace</span> : <TraceLink id={traceId} />}
            {shown === predictionId ? <Prediction id={predictionId} /> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Prediction({ id }: { id: string }): ReactNode {
  const { data, error } = useResource<PredictionView>(`/api/v1/predictions/${segment(id)}`);
  if (error !== null) return <ProblemNotice error={error} />;
  if (data === undefined) return <p className="quiet">Loading…</p>;
  return (
    <pre className="notice">
      {JSON.stringify({ time: data.time, features: data.features, output: data.output, label: data.label }, null, 2)}
    </pre>
  );
}
