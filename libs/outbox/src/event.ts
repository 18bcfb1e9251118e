import type { Actor, Envelope, EventMap, Topic } from '@drawbridge/contracts';

/** What the caller of `append` knows; the outbox adds id, source, sequence and trace. */
export interface AppendEvent<T extends Topic> {
  readonly topic: T;
  /** Plural noun of the source path, e.g. `models`. */
  readonly aggregateType: string;
  /** Also the Kafka key. */
  readonly aggregateId: string;
  /** Resource path, e.g. `projects/<p>/models/<m>/versions/<v>`; default built from project and aggregate. */
  readonly subject?: string;
  /** Default `default`. */
  readonly project?: string;
  /** Event time, default now. */
  readonly time?: Date;
  /** A deterministic id, so that a repeated decision cannot announce twice; default UUIDv7. */
  readonly id?: string;
  readonly actor: Actor;
  readonly cause?: EventCause | undefined;
  readonly data: Omit<EventMap[T], keyof Envelope>;
}

/** The event that led to this one. */
export interface EventCause {
  readonly id: string;
  /** First event of the chain; default the cause itself. */
  readonly chainId?: string | undefined;
  /** `ce_traceparent` of the cause: the trace that originated the fact. */
  readonly originTraceparent?: string | undefined;
}
