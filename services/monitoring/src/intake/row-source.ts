import type { FeatureLayout, WindowCounts } from '@drawbridge/drift';
import type { RoutingTable, Target } from '../domain/routing.js';
import type { SegmentValues } from '../domain/segment-values.js';
import type { Tally } from '../domain/tally.js';
import type { PredictionRow } from './prediction.codec.js';

/** Where rows come from: one record each, or many in one. All of it is about the row that was read last. */
export interface RowSource {
  /** Overwritten by the next row. */
  readonly row: PredictionRow;
  /** Id, model and time are in `row`, even when the rest was rejected. */
  readonly routable: boolean;
  /** What makes a prediction unique: its id within its project. */
  key(): string;
  /** The monitor of an accepted row. */
  route(table: RoutingTable): Target | undefined;
  /** Adds its values to a window. */
  count(counts: WindowCounts, layout: FeatureLayout): void;
  /** Of a segment key the tally of the value that the row has. */
  tallyOf(values: SegmentValues, key: string): Tally;
  /** The features as JSON, or null. Bytes are valid UTF-8 and to be copied before the next row. */
  features(): string | Uint8Array | null;
}
