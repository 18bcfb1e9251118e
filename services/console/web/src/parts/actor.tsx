import type { Actor } from '@drawbridge/contracts';
import type { ReactNode } from 'react';

/** Who did it; what Drawbridge did by itself is bold. */
export function ActorName({ actor }: { actor: Actor }): ReactNode {
  if (actor.type === 'system') return <strong>drawbridge/auto</strong>;
  return <span title={`${actor.type} ${actor.id}`}>{actor.name ?? actor.id}</span>;
}
