import { type ReactNode, useMemo } from 'react';
import type { StoredEvent } from '../../api/console-views.js';
import { EventLink, TraceLink } from '../../parts/links.js';
import { type CausalNode, causalTree, delayWords } from './causal-tree.js';
import { eventWords } from './event-words.js';

/** All events of the chain as a tree of causes, each with the time since its cause. */
export function CausalChain({ chain, here }: { chain: readonly StoredEvent[]; here: string }): ReactNode {
  const roots = useMemo(() => causalTree(chain), [chain]);
  return (
    <ul className="tree" aria-label="causal chain">
      {roots.map((root) => (
        <Node key={root.event.position} node={root} before={undefined} here={here} />
      ))}
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
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <Node key={child.event.position} node={child} before={event.time} here={here} />
          ))}
        </ul>
      )}
    </li>
  );
}
