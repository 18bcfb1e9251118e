import type { FeatureLayout } from '@drawbridge/drift';
import type { WindowTiming } from './window-time.js';

/** What the hot path knows about a monitor. */
export interface Target {
  readonly monitorId: string;
  readonly project: string;
  readonly endpoint: string;
  readonly model: string;
  readonly version: string;
  readonly deploymentIds: readonly string[];
  readonly createdMs: number;
  readonly timing: WindowTiming;
  /** Share of its rows that are stored; the windows count all. */
  readonly keepRate: number;
  /** Keys of `segments` by whose values its rows are counted as well. */
  readonly segments: readonly string[];
  readonly layout: FeatureLayout;
}

export interface Routed {
  readonly project: string;
  readonly model: string | undefined;
  readonly version: string | undefined;
  readonly endpoint: string | undefined;
  readonly deploymentId: string | undefined;
}

/** Which monitor a prediction belongs to. Replaced as a whole when the monitors change. */
export class RoutingTable {
  private readonly byVersion = new Map<string, Map<string, Map<string, Target[]>>>();
  private readonly byDeployment = new Map<string, Target>();

  constructor(readonly targets: readonly Target[]) {
    const newestFirst = [...targets].sort((a, b) => b.createdMs - a.createdMs || (a.monitorId < b.monitorId ? -1 : 1));
    for (const target of newestFirst) {
      const models = entry(this.byVersion, target.project, () => new Map<string, Map<string, Target[]>>());
      const versions = entry(models, target.model, () => new Map<string, Target[]>());
      entry(versions, target.version, () => [] as Target[]).push(target);
      for (const id of target.deploymentIds) if (!this.byDeployment.has(id)) this.byDeployment.set(id, target);
    }
  }

  /** A given endpoint must match; without one the newest monitor of the version takes the row. */
  route(row: Routed): Target | undefined {
    if (row.deploymentId !== undefined) {
      const target = this.byDeployment.get(row.deploymentId);
      if (target !== undefined || row.model === undefined || row.version === undefined) return target;
    }
    const candidates = this.byVersion.get(row.project)?.get(row.model!)?.get(row.version!);
    if (candidates === undefined || row.endpoint === undefined) return candidates?.[0];
    return candidates.find((target) => target.endpoint === row.endpoint);
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
