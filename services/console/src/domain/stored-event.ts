import type { EventView } from '@drawbridge/contracts';

export interface StoredEvent extends EventView {
  /** Order in which the console read it. */
  readonly position: number;
}
