import { type ReactNode, useMemo } from 'react';
import type { StoredEvent } from '../../api/console-views.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { type CausalNode, causalTree, delayWords, folded } from './causal-tree.js';
import { eventWords } from './event-words.js';

/** Events as a tree of causes, each with the time since its cause. */
export function CausalChain({ chain, here }: { chain: readonly StoredEvent[]; here: string }): ReactNode {
  const roots = useMemo(() => causalTree(chain), [chain]);
  return <Level nodes={roots} before={undefined} here={here} label="causal chain" />;
}

interface LevelProps {
  readonly nodes: readonly CausalNode[];
  readonly before: string | undefined;
  readonly here: string;
  readonly label?: string;
}

/** What one event caused; many of the same kind in a row that caused nothing are one line. */
function Level({ nodes, before, here, label }: LevelProps): ReactNode {
  return (
    <ul className={label === undefined ? '' : 'tree'} {...(label === undefined ? {} : { 'aria-label': label })}>
      {folded(nodes, here).map((run) => {
        const [first] = run;
        if (first === undefined) return null;
        if (run.length === 1) return <Node key={first.event.position} node={first} before={before} here={here} />;
        return (
          <li key={first.event.position}>
            <details>
              <summary className="small">
                {run.length} × {first.event.topic}
              </summary>
              <ul>
                {run.map((node) => (
                  <Node key={node.event.position} node={node} before={before} here={here} />
                ))}
              </ul>
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function Node({ node, before, here }: { node: CausalNode; before: string | undefined; here: string }): ReactNode {
  const { event, children } = node;
  const current = event.id === here;
  return (
    <li>
      <span className={current ? 'here' : ''} {...(current ? { 'aria-current': true } : {})}>
        <EventLink id={event.id}>{event.topic}</EventLink> <span className="small">{eventWords(event)}</span>{' '}
        <span className="quiet small">
          {delayWords(before, event.time)} <TraceLink id={event.traceId} />
        </span>
      </span>
      {children.length === 0 ? null : <Level nodes={children} before={event.time} here={here} />}
    </li>
  );
}
