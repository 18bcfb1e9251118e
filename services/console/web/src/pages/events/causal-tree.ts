import type { StoredEvent } from '../../api/console-views.js';

export interface CausalNode {
  readonly event: StoredEvent;
  readonly children: readonly CausalNode[];
}

/** The events of a chain by what caused them. Those whose cause is not among them are roots. */
export function causalTree(events: readonly StoredEvent[]): CausalNode[] {
  const known = new Set(events.map(({ id }) => id));
  const byCause = new Map<string, StoredEvent[]>();
  const roots: StoredEvent[] = [];
  for (const event of events) {
    const { causeId } = event;
    if (causeId === undefined || !known.has(causeId) || causeId === event.id) roots.push(event);
    else byCause.set(causeId, [...(byCause.get(causeId) ?? []), event]);
  }
  const node = (event: StoredEvent): CausalNode => ({ event, children: (byCause.get(event.id ?? '') ?? []).map(node) });
  return roots.map(node);
}

export function delayWords(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return '';
  const ms = Date.parse(to) - Date.parse(from);
  return ms < 1000 ? `+${String(ms)} ms` : `+${(ms / 1000).toFixed(1)} s`;
}
