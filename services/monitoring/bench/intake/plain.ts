import type { FeatureLayout, FeatureSlot } from '@drawbridge/drift';
import { HORIZON_MS, LATENESS_MS, WINDOW_MS } from './workload-file.js';

/** One window of one model as the reference has it. */
export interface PlainWindow {
  n: number;
  late: number;
  deduplicated: number;
  rejected: number;
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
}

export interface PlainResult {
  readonly windows: Map<string, Map<number, PlainWindow>>;
  rejected: number;
  /** Index of each rejected event. */
  readonly rejects: number[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * What the intake must come to, as plainly as it can be said: JSON.parse, a Set of ids, a linear search through the bins.
 * It knows the workload's models and shares nothing with the intake but the shape of the baseline.
 */
export class PlainIntake {
  readonly result: PlainResult = { windows: new Map(), rejected: 0, rejects: [] };
  private readonly ids = new Set<string>();
  private readonly watermarks = new Map<string, number>();

  constructor(
    private readonly layout: FeatureLayout,
    private readonly models: ReadonlySet<string>,
  ) {}

  take(text: string, index: number): void {
    const event = parsed(text);
    const identified = event !== undefined && isText(event['predictionId']) && isText(event['model']) && isText(event['version']);
    const timeMs = identified && typeof event['time'] === 'string' ? Date.parse(event['time']) : NaN;
    const known = identified && !Number.isNaN(timeMs);
    if (!known || !isSound(event)) {
      this.result.rejected += 1;
      this.result.rejects.push(index);
      if (known && this.models.has(event['model'] as string) && this.arrival(event['model'] as string, timeMs) !== 'beyond')
        this.window(event['model'] as string, timeMs).rejected += 1;
      return;
    }
    const model = event['model'] as string;
    const id = event['predictionId'] as string;
    const arrival = this.arrival(model, timeMs);
    if (this.ids.has(id)) {
      if (arrival !== 'beyond') this.window(model, timeMs).deduplicated += 1;
      return;
    }
    this.ids.add(id);
    if (arrival === 'beyond') return;
    this.watermarks.set(model, Math.max(timeMs, this.watermarks.get(model) ?? -Infinity));
    const window = this.window(model, timeMs);
    window.n += 1;
    if (arrival === 'late') window.late += 1;
    const features = event['features'] as Json;
    const output = event['output'] as Json;
    for (const slot of this.layout.slots) count(window, slot, slot.family === 'input' ? features[slot.name] : output['score']);
  }

  private arrival(model: string, timeMs: number): 'in time' | 'late' | 'beyond' {
    const end = startOf(timeMs) + WINDOW_MS;
    const behind = (this.watermarks.get(model) ?? -Infinity) - end;
    return behind < LATENESS_MS ? 'in time' : behind < HORIZON_MS ? 'late' : 'beyond';
  }

  private window(model: string, timeMs: number): PlainWindow {
    const { windows } = this.result;
    const byStart = windows.get(model) ?? new Map<number, PlainWindow>();
    windows.set(model, byStart);
    const { counters, moments } = this.layout;
    const empty = { n: 0, late: 0, deduplicated: 0, rejected: 0, counts: new Uint32Array(counters), sums: new Float64Array(moments) };
    const window = byStart.get(startOf(timeMs)) ?? empty;
    byStart.set(startOf(timeMs), window);
    return window;
  }
}

function startOf(timeMs: number): number {
  return timeMs - (timeMs % WINDOW_MS);
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isSound(event: Json): boolean {
  const { output, features, latencyMs, status } = event;
  if (typeof output !== 'object' || output === null || typeof (output as Json)['score'] !== 'number') return false;
  if (Object.values(features as Json).some((value) => typeof value === 'object' && value !== null)) return false;
  return typeof latencyMs === 'number' && latencyMs >= 0 && (status === 'ok' || status === 'error');
}

/** Bins are right-closed: an edge belongs to the bin it ends. */
function count({ counts, sums }: PlainWindow, slot: FeatureSlot, value: unknown): void {
  const { feature, offset, cells, momentOffset } = slot;
  const add = (cell: number): void => {
    counts[offset + cell]! += 1;
  };
  if (value === null || value === undefined) add(cells);
  else if (feature.kind === 'categorical') {
    const text = String(value as string);
    const own = feature.categories.indexOf(text);
    if (own >= 0) add(own);
    else add(feature.others.includes(text) || feature.othersTruncated === true ? cells - 2 : cells - 1);
  } else if (typeof value !== 'number' || feature.kind !== 'numeric') add(cells + 1);
  else {
    add(feature.edges.filter((edge) => edge < value).length);
    if (value < (feature.min ?? -Infinity)) add(cells + 2);
    if (value > (feature.max ?? Infinity)) add(cells + 3);
    sums[momentOffset]! += value - (feature.mean ?? 0);
    sums[momentOffset + 1]! += (value - (feature.mean ?? 0)) ** 2;
  }
}
