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

const FOLD_FROM = 3;

/** Neighbours in runs: three or more of one topic that caused nothing form one run, everything else stands alone. */
export function folded(nodes: readonly CausalNode[], here: string): CausalNode[][] {
  const runs: CausalNode[][] = [];
  for (const node of nodes) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && isPlain(last, here) && isPlain(node, here) && last.event.topic === node.event.topic)
      run.push(node);
    else runs.push([node]);
  }
  return runs.flatMap((run) => (run.length < FOLD_FROM ? run.map((node) => [node]) : [run]));
}

function isPlain(node: CausalNode, here: string): boolean {
  return node.children.length === 0 && node.event.id !== here;
}
