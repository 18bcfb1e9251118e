import type { DecisionView } from '@drawbridge/contracts';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { TraceLink } from '../../parts/links.js';
import { StateOf } from '../../parts/status.js';
import { Time } from '../../parts/time.js';

/** The newest decision rule by rule; the earlier ones on demand. */
export function Readiness({ decisions }: { decisions: readonly DecisionView[] }): ReactNode {
  const [all, setAll] = useState(false);
  const [newest, ...earlier] = decisions;
  if (newest === undefined) return null;
  return (
    <div className="stack">
      <DecisionRules decision={newest} />
      {earlier.length === 0 ? null : (
        <div>
          <button type="button" className="link-button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'hide' : 'show'} {earlier.length} earlier {earlier.length === 1 ? 'decision' : 'decisions'}
          </button>
        </div>
      )}
      {all ? earlier.map((decision) => <DecisionRules key={decision.id} decision={decision} />) : null}
    </div>
  );
}

function DecisionRules({ decision }: { decision: DecisionView }): ReactNode {
  const { policy, verdict, rules, at, traceId, environment, action } = decision;
  return (
    <div className="stack tight">
      <p>
        <StateOf family="verdicts" value={verdict} /> for <strong>{environment}</strong> by policy{' '}
        <Link to="/policies/$name" params={{ name: policy.name }} search={{ version: String(policy.version) }}>
          {policy.name}@{policy.version}
        </Link>{' '}
        on <code>{action}</code>
        <span className="quiet small">
          {' '}
          <Time at={at} /> <TraceLink id={traceId} />
        </span>
      </p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">result</th>
            <th scope="col">rule</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <td>
                <StateOf family="verdicts" value={rule.result} />
              </td>
              <th scope="row">{rule.id}</th>
              <td>
                {rule.why}
                {rule.missingEvidence === undefined || rule.missingEvidence.length === 0 ? null : (
                  <div className="small quiet">missing: {rule.missingEvidence.join(', ')}</div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
