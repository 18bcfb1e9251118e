import type { EventMap, WindowView } from '@drawbridge/contracts';
import type { SeenEvent } from '@drawbridge/testing';
import type { Truth } from './ledger.js';
import type { ModelName } from './models.js';
import type { World } from './world.js';

/** Events on the bus: how many there must be, how many different ones came, and how many came in all. */
export interface Announced {
  readonly windows: { readonly expected: number; readonly distinct: number; readonly messages: number };
  readonly drift: { readonly expected: number; readonly distinct: number; readonly messages: number };
}

/** Reads `window.closed` and `drift.detected` from their beginning: each revision of each window, each drift of the load once by id. */
export async function announced(
  world: World,
  windows: readonly WindowView[],
  truth: Truth,
): Promise<{ announced: Announced; problems: string[] }> {
  const expected = windows.reduce((sum, { window }) => sum + window.revision, 0);
  const closed = await world.box.collect('window.closed', () => true, 60_000);
  const drift = await world.box.collect('drift.detected', () => true, 60_000);
  const problems: string[] = [...contradictions(closed), ...contradictions(drift)];

  const revisions = new Map(closed.map(({ data }) => [`${data.windowId}/${String(data.window.revision)}`, data]));
  for (const { id, window } of windows) {
    for (let revision = 1; revision <= window.revision; revision += 1) {
      const data = revisions.get(`${id}/${String(revision)}`);
      if (data === undefined) problems.push(`window.closed of ${id}, revision ${String(revision)}, was never announced`);
      else if (revision === window.revision && data.window.n !== window.n)
        problems.push(`window.closed of ${id} says ${String(data.window.n)} rows`);
    }
  }
  const shifted = shiftedWindows(world, truth);
  const detected = drift.map(({ data }) => `${data.monitorId} ${data.window.start}`);
  for (const place of shifted) if (!detected.includes(place)) problems.push(`no drift.detected for ${place}`);
  for (const place of new Set(detected)) if (!shifted.has(place)) problems.push(`drift.detected for ${place}, which did not move`);

  const result: Announced = {
    windows: { expected, distinct: distinct(closed), messages: closed.length },
    drift: { expected: shifted.size, distinct: distinct(drift), messages: drift.length },
  };
  for (const [name, { expected: must, distinct: is }] of Object.entries(result) as [string, Announced['drift']][]) {
    if (is !== must) problems.push(`${String(is)} different events about ${name}, must be ${String(must)}`);
  }
  return { announced: result, problems };
}

/** Monitor and start of every window that the load moved. */
function shiftedWindows(world: World, truth: Truth): Set<string> {
  const places = new Set<string>();
  for (const [model, { windows }] of truth) {
    for (const [startMs, { shifted, n }] of windows) {
      if (shifted && n > 0) places.add(`${monitorOf(world, model)} ${new Date(startMs).toISOString()}`);
    }
  }
  return places;
}

function monitorOf(world: World, model: ModelName): string {
  return world.monitors.get(model) ?? model;
}

function idOf({ headers }: SeenEvent<unknown>): string {
  return headers['ce_id'] ?? '';
}

function distinct(events: readonly SeenEvent<unknown>[]): number {
  return new Set(events.map(idOf)).size;
}

/** A relay may send twice, but never the same id with another content. */
function contradictions(events: readonly SeenEvent<EventMap['window.closed'] | EventMap['drift.detected']>[]): string[] {
  const contents = new Map<string, string>();
  const found: string[] = [];
  for (const event of events) {
    const [id, text] = [idOf(event), JSON.stringify(event.data)];
    if ((contents.get(id) ?? text) !== text) found.push(`${event.topic} ${id} came with two contents`);
    contents.set(id, text);
  }
  return found;
}
