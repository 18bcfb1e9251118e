import type { CompleteSettings, SegmentFinding } from '@drawbridge/contracts';
import { distancesOf, distributionEffect, type Effect, effectWords, type FeatureLayout, type FeatureSlot } from '@drawbridge/drift';
import { predictionOf } from './summary.js';
import { summarizeLatency } from './latency.js';
import type { SegmentValues } from './segment-values.js';
import type { Tally } from './tally.js';
import type { WindowPart } from './window-part.js';

/** Effects of segments in an event: it must stay far below the size limit of a message. */
export const MOST_ANNOUNCED = 20;

type Policy = Pick<CompleteSettings, 'minRows' | 'materiality'>;

/**
 * Every segment of a window with the feature in which it lies furthest from the baseline. The baseline is that of all
 * rows, so a segment may differ from it without any change; segments are reported and never raise an alarm.
 */
export function segmentFindings(part: WindowPart, policy: Policy, skipped: readonly { feature: string }[]): SegmentFinding[] {
  const slots = comparable(part.counts.layout, skipped);
  const findings = entriesOf(part).map(({ key, value, tally }): SegmentFinding => {
    const worst = tally.counts.rows < policy.minRows ? undefined : worstOf(tally, slots, policy);
    return {
      key,
      value,
      n: tally.n,
      errors: tally.errors,
      prediction: predictionOf(tally),
      p95Ms: summarizeLatency(tally.latency)?.p95Ms ?? null,
      ...(worst === undefined ? {} : { worst }),
    };
  });
  const effect = ({ worst }: SegmentFinding): number => worst?.effect ?? -1;
  return findings.sort((a, b) => effect(b) - effect(a) || b.n - a.n || (`${a.key}\u0000${a.value}` < `${b.key}\u0000${b.value}` ? -1 : 1));
}

/** Effects of one segment in every feature that it has enough rows for: they tell where it lies, and are no alarm. */
export function segmentEffects(
  tally: Tally,
  layout: FeatureLayout,
  policy: Policy,
  skipped: readonly { feature: string }[],
): { feature: string; effect: number; alarming: false; words: string }[] {
  return effectsOf(tally, comparable(layout, skipped), policy).map(({ slot, effect }) => ({
    feature: slot.name,
    effect: effect.size,
    alarming: false,
    words: effectWords(effect, policy.materiality),
  }));
}

export interface Carrier {
  readonly key: string;
  readonly value: string;
  readonly rows: number;
  /** Effect of the whole window, and of the window without the segment. */
  readonly effect: number;
  readonly without: number;
}

/**
 * The segment that carries the change of a feature: without its rows the rest of the window would lie within the
 * materiality. Of several the one with the fewest rows, which says most.
 */
export function carrierOf(part: WindowPart, feature: string, { minRows, materiality }: Policy): Carrier | undefined {
  const slot = part.counts.layout.slots.find(({ name }) => name === feature);
  if (slot === undefined || part.segments === undefined) return undefined;
  const window = part.counts.cells(slot.index);
  const effect = distributionEffect(slot, window)?.size ?? 0;
  if (effect < materiality) return undefined;
  let found: Carrier | undefined;
  for (const { key, value, tally } of entriesOf(part)) {
    const own = tally.counts.cells(slot.index);
    const rest = Array.from(window, (count, cell) => Math.max(0, count - own[cell]!));
    if (found !== undefined && tally.n >= found.rows) continue;
    if (validRows(slot, rest) < minRows) continue;
    const without = distributionEffect(slot, rest)?.size;
    if (without !== undefined && without < materiality) found = { key, value, rows: tally.n, effect, without };
  }
  return found;
}

/** The rows that `country:PL` names; undefined where the window has none. */
export function findSegment(segments: ReadonlyMap<string, SegmentValues>, name: string): Tally | undefined {
  for (const [key, values] of segments) {
    const found = name.startsWith(`${key}:`) ? values.find(name.slice(key.length + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function entriesOf(part: WindowPart): { key: string; value: string; tally: Tally }[] {
  return [...(part.segments ?? [])].flatMap(([key, values]) => values.entries().map((entry) => ({ key, ...entry })));
}

/** An hour of the day that was not tested in the window says nothing in its segments either. */
function comparable({ slots }: FeatureLayout, skipped: readonly { feature: string }[]): FeatureSlot[] {
  const untested = new Set(skipped.map(({ feature }) => feature));
  return slots.filter(({ name, kind }) => kind !== 'calendar' || !untested.has(name));
}

function effectsOf(tally: Tally, slots: readonly FeatureSlot[], { minRows }: Policy): { slot: FeatureSlot; effect: Effect }[] {
  return slots.flatMap((slot) => {
    const cells = tally.counts.cells(slot.index);
    const effect = validRows(slot, cells) < minRows ? undefined : finite(slot, cells, distributionEffect(slot, cells));
    return effect === undefined ? [] : [{ slot, effect }];
  });
}

function worstOf(tally: Tally, slots: readonly FeatureSlot[], policy: Policy): SegmentFinding['worst'] {
  const [first, ...others] = effectsOf(tally, slots, policy);
  if (first === undefined) return undefined;
  const worst = others.reduce((most, one) => (one.effect.size > most.effect.size ? one : most), first);
  const { size, low, high } = worst.effect;
  return { feature: worst.slot.name, effect: size, interval: [low, high], words: effectWords(worst.effect, policy.materiality) };
}

/** Where the reference held next to nothing the effect grows without bound; the PSI, which is smoothed, can be compared. */
function finite(slot: FeatureSlot, cells: Uint32Array, effect: Effect | undefined): Effect | undefined {
  if (effect === undefined || effect.size <= 1) return effect;
  const shrink = Math.min(1, distancesOf(slot, cells).psi / effect.size);
  return { size: effect.size * shrink, low: effect.low * shrink, high: effect.high * shrink };
}

function validRows(slot: FeatureSlot, cells: ArrayLike<number>): number {
  let rows = 0;
  for (let i = 0; i < slot.cells; i += 1) rows += cells[i]!;
  return rows;
}
