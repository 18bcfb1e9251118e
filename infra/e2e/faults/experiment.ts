import type { Cluster } from '@drawbridge/testing';
import type { World } from './world.js';

export interface Size {
  /** Predictions of the load, at least. */
  readonly events: number;
  /** Kills, freezes or restarts, where the experiment counts them. */
  readonly faults: number;
}

export interface Outcome {
  /** What was done and found, one level of numbers and texts: a line of the evidence. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Why it did not come out as it must; empty means that it did. */
  readonly failures: readonly string[];
  /** Why this machine cannot do it: nothing was tried, so nothing is proven. */
  readonly notRun?: string;
}

/** This machine cannot do it. Said aloud instead of passing: nothing was tried, so nothing is proven. */
export class NotRun extends Error {}

/** One kind of fault, under load, and what must hold after it. */
export interface Experiment {
  readonly name: string;
  readonly about: string;
  readonly sizes: { readonly short: Size; readonly long: Size };
  /** It must come out wrong: it shows that the others would notice. */
  readonly control?: true;
  /** Settings of its monitoring processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Makes another cluster than the usual one, whose logs are kept in a folder. */
  readonly cluster?: (folder: string) => Promise<Cluster>;
  /** Asks the fleet for the processes it needs; others may have run in the same world before it. */
  run(world: World, size: Size): Promise<Outcome>;
}
