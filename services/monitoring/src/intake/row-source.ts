import type { FeatureLayout, WindowCounts } from '@drawbridge/drift';
import type { RecentIds } from './recent-ids.js';
import type { Routed, RoutingTable, Target } from '../domain/routing.js';
import type { SegmentValues } from '../domain/segment-values.js';
import type { Tally } from '../domain/tally.js';
import type { StoredText } from '../persistence/kept-rows.js';

/** What the counting of a row asks for, besides its features and its output. */
export interface CountedRow extends Routed {
  readonly timeMs: number;
  /** NaN when the producer gave none. */
  readonly score: number;
  readonly failed: boolean;
  /** NaN when the producer gave none. */
  readonly latencyMs: number;
  /** Undefined when the producer does not announce drops. */
  readonly dropped: number | undefined;
}

/**
 * Where rows come from: one record each, or many in one. All of it is about the row that was read last. Texts are made
 * only when somebody asks for them: most rows are counted without any.
 */
export interface RowSource {
  /** Overwritten by the next row. */
  readonly row: CountedRow;
  /** Id, model and time are in `row`, even when the rest was rejected. */
  readonly routable: boolean;
  /** The prediction's id, unique within its project. */
  id(): string;
  /** Remembers the id; true when it was seen shortly before. */
  repeats(recent: RecentIds, number: number): boolean;
  /** The monitor of an accepted row. */
  route(table: RoutingTable): Target | undefined;
  /** Adds its values to a window, when `settle` is called at the latest. */
  count(counts: WindowCounts, layout: FeatureLayout): void;
  /** The same at once, for a window that may become part of another one before. */
  countNow(counts: WindowCounts, layout: FeatureLayout): void;
  /** Adds what waits. To be called before anybody looks at a window. */
  settle(): void;
  /** Of a segment key the tally of the value that the row has. */
  tallyOf(values: SegmentValues, key: string): Tally;
  /** Of the producer's trace. */
  traceparent(): string | undefined;
  /** The texts that are stored; their bytes are to be copied before the next row. The features are JSON. */
  storedId(): StoredText;
  storedClass(): StoredText | null;
  storedFeatures(): StoredText | null;
}
