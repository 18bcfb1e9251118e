import type { Cluster } from '@drawbridge/testing';
import type { World } from './world.js';

export interface Size {
  readonly long: boolean;
  /** Predictions of the load. */
  readonly events: number;
  /** Kills, freezes or restarts, where the experiment counts them. */
  readonly faults: number;
}

export interface Outcome {
  /** What was done and found, one level of numbers and texts: a line of the evidence. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Why it did not come out as it must; empty means that it did. */
  readonly failures: readonly string[];
}

/** One kind of fault, under load, and what must hold after it. */
export interface Experiment {
  readonly name: string;
  readonly about: string;
  readonly sizes: { readonly short: Size; readonly long: Size };
  /** Settings of its monitoring processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Makes another cluster than the usual one below a folder. */
  readonly cluster?: (folder: string) => Promise<Cluster>;
  /** It begins with an empty fleet and must leave it empty. */
  run(world: World, size: Size): Promise<Outcome>;
}
