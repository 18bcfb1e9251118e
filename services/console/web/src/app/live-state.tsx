import type { ReactNode } from 'react';
import { useSession } from '../api/session.js';
import { Status } from '../parts/status.js';
import { useLive } from './live.js';

/** Does the page follow what happens, and how far behind. */
export function LiveState(): ReactNode {
  const { state, lagMs } = useLive(useSession() !== undefined);
  if (state === 'connecting') return <Status kind="unknown">Connecting</Status>;
  if (state === 'away') return <Status kind="watch">Not live, trying again</Status>;
  return <Status kind="ok">Live{lagMs === undefined ? '' : `, lag ${(lagMs / 1000).toFixed(1)} s`}</Status>;
}
