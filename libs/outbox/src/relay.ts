import type { EventLog } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { DataSource } from 'typeorm';

export interface RelayOptions {
  readonly service: string;
  readonly schema: string;
  /** URL of the runtime role; the relay opens one connection of its own with it. */
  readonly url: string;
  readonly log: Logger;
  readonly pollMs?: number;
}

export interface RelayHealth {
  /** This process holds the lock and publishes. */
  readonly active: boolean;
  /** Rows not yet published, as of the last look. */
  readonly lag: number;
  readonly oldestUnpublishedMs: number;
}

export class Relay {
  constructor(
    readonly source: DataSource,
    readonly eventLog: EventLog,
    readonly options: RelayOptions,
  ) {}
  start(): Promise<void> {
    throw new Error('pending');
  }
  stop(): Promise<void> {
    throw new Error('pending');
  }
  wake(): void {
    throw new Error('pending');
  }
  health(): RelayHealth {
    throw new Error('pending');
  }
}
