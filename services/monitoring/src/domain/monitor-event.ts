import type { Actor } from '@drawbridge/contracts';
import type { Monitor } from './monitor.js';

/** Who acts when nobody asked. */
export const SYSTEM: Actor = { type: 'system', id: 'monitoring' };

/** Where an event about a monitor belongs. */
export function addressOf({ id, project }: Pick<Monitor, 'id' | 'project'>) {
  return { aggregateType: 'monitors', aggregateId: id, subject: `projects/${project}/monitors/${id}`, project };
}

type Identity = Pick<Monitor, 'id' | 'endpoint' | 'deploymentId' | 'model' | 'version' | 'variant'>;

/** What every event about a monitor says of it. */
export function identityOf({ id, endpoint, deploymentId, model, version, variant }: Identity) {
  return { monitorId: id, endpoint, deploymentId, model, version, variant };
}
